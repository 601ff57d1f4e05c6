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
    /// How often a run whose connections were lost is begun anew.
    private static let attemptsMax = 5
    /// The longest pause before that.
    private static let pauseMax = Duration.seconds(30)

    /// Does it and prints the report.
    func perform(_ context: Context) throws -> ExitStatus {
        var report = try context.withProgress("sync") { progress in
            try resuming(context) { try once(context, progress) }
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

    /// Runs `body`, again after a pause where a connection was lost: what has come is kept.
    private func resuming(_ context: Context, _ body: () throws -> RunReport) throws -> RunReport {
        var failures = 0
        while true {
            let isFirst = context.sites.traffic.received == 0
            do {
                return try body()
            } catch let error as PerigeeError where error.canRetry && error.code == .io {
                failures += 1
                guard failures < Self.attemptsMax, !isFirst || context.sites.traffic.received > 0 else { throw error }
                Diagnostics.note(from.host.host, "\(error.message); going on in a moment")
                let pause = min(Self.pauseMax, .seconds(1 << (failures - 1)))
                StoppableClock(context.stop).sleep(pause * Double.random(in: 0.5...1))
                try context.stop.check()
            }
        }
    }
}
