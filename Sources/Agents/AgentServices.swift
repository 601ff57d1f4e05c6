internal import Replication
internal import Sites
internal import Storage
internal import Trust
internal import Wire

/// What an agent offers to one site that has come in: each thing by way of what that site may reach.
enum AgentServices {
    /// The services; runs have the context that `makeContext` makes, and third sites are reached by `sender`.
    static func all(
        _ access: ExportAccess, _ desk: GrantDesk, _ sender: AgentSender, _ relay: RelayDesk, _ strands: StrandDesk,
        _ makeContext: @escaping @Sendable () -> RunContext
    ) -> [any WireService] {
        [
            ExportService(access), GrantService(desk, access), ProbeService(),
            RelayService(relay, for: access.identity),
            StrandService.byDesk(strands, of: access.identity.description),
            BlobService.vaults { name, create in try access.store(name, create: create) },
            TreeService(places: access.trees, makeContext), LookService(places: access.trees, makeContext),
            SendService(places: access.trees, makeContext) { job in
                guard try access.mayHaveSent(job.path) else { throw AgentSender.denial(job.path) }
                return try sender.reach(job)
            },
        ]
    }
}
