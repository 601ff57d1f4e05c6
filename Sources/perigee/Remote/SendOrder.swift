internal import Agents
internal import Model
internal import Replication
internal import Sites
internal import Trust
internal import Wire
internal import Workers

/// Has a host send its tree to another one, or copy it within itself, while this host only looks on.
struct SendOrder {
    private let from: RemoteEnd
    private let to: RemoteEnd
    private let wishes: TreeJob.Wishes

    /// How long the sending site has to begin, in seconds.
    private static let grantLifetime: Int64 = 600

    init(_ from: RemoteEnd, _ to: RemoteEnd, _ wishes: TreeJob.Wishes) {
        (self.from, self.to, self.wishes) = (from, to, wishes)
    }

    /// To an agent: a grant of this site lets the sending one in there, an agent as itself, a host of `ssh` with a key that
    /// was made for it and that nobody has seen before.
    func toAgent(_ context: Context, _ progress: Progress) throws -> RunReport {
        let agents = context.sites.agents
        let meant = try agents.identity(at: to.host.address)
        let lent = from.host.way == .agent ? nil : try SiteKey.generate()
        let grant = try Grant(
            subject: lent?.identity ?? agents.identity(at: from.host.address), audience: meant, export: to.path,
            rights: [.write], at: SystemClock.now(), lifetime: Self.grantLifetime, by: agents.key())
        try GrantQuery(context.sites.dialer(to.host).connection()).announce(grant.bytes)
        return try run(
            SendJob(
                path: from.path, source: from.name, address: "\(to.host.address)", identity: "\(meant)",
                grant: grant.bytes, key: lent?.pem(), target: to.path, wishes: wishes), context, progress)
    }

    /// From a host of `ssh` to another, which it must reach by `ssh` itself, with its own keys or those that it is lent.
    func toShell(_ context: Context, _ progress: Progress) throws -> RunReport {
        guard case .shell(let user) = to.host.way else { preconditionFailure("agents are reached by grants") }
        let shell = SendJob.Shell(
            user: user, host: to.host.host, port: to.host.port, perigee: context.sites.perigee(at: to.host))
        return try run(
            SendJob(path: from.path, source: from.name, shell: shell, target: to.path, wishes: wishes), context,
            progress)
    }

    /// Within one host.
    func within(_ context: Context, _ progress: Progress) throws -> RunReport {
        try run(
            SendJob(path: from.path, source: from.name, shell: nil, target: to.path, wishes: wishes), context,
            progress)
    }

    private func run(_ job: SendJob, _ context: Context, _ progress: Progress) throws -> RunReport {
        try RemoteSend(context.sites.dialer(from.host).connection()).run(job, progress, until: context.stop)
    }
}
