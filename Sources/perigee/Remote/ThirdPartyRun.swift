internal import Agents
internal import Content
internal import Model
internal import Replication
internal import Sites
internal import Trust
internal import Wire
internal import Workers

/// What `sync` does between two agents: the one that has the tree sends it to the other, and this host only looks on.
struct ThirdPartyRun {
    let source: String
    let destination: String
    let from: RemoteEnd
    let to: RemoteEnd
    let wishes: TreeJob.Wishes

    /// How long the sending site has to begin, in seconds.
    private static let grantLifetime: Int64 = 600

    /// Does it and prints the report.
    func perform(_ context: Context) throws -> ExitStatus {
        var report = try context.withProgress("sync") { progress in
            try Resuming(from.host.host, context).run { try once(context, progress) }
        }
        (report.source, report.destination) = (source, destination)
        return try context.finish(report)
    }

    private func once(_ context: Context, _ progress: Progress) throws -> RunReport {
        let agents = context.sites.agents
        let (sender, receiver) = (try context.sites.dialer(from.host), try context.sites.dialer(to.host))
        let meant = try agents.identity(at: to.host.address)
        let grant = try Grant(
            subject: agents.identity(at: from.host.address), audience: meant, export: to.path, rights: [.write],
            at: SystemClock.now(), lifetime: Self.grantLifetime, by: agents.key())
        try GrantQuery(receiver.connection()).announce(grant.bytes)
        let job = SendJob(
            path: from.path, source: from.name, address: "\(to.host.address)", identity: "\(meant)", grant: grant.bytes,
            target: to.path, wishes: wishes)
        return try RemoteSend(sender.connection()).run(job, progress, until: context.stop)
    }
}
