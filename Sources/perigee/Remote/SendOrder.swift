internal import Agents
internal import Model
internal import Replication
internal import Sites
internal import Trust
internal import Wire
internal import Workers

/// Has a host send its tree to another one, take one from there, or copy it within itself, while this host only looks on.
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
        let lent = from.host.way == .agent ? nil : try SiteKey.generate()
        let subject = try lent?.identity ?? agents.identity(at: from.host.address)
        return try run(job(granting: .write, at: to, subject, lent, context), at: from, .sending, context, progress)
    }

    /// From an agent to a host of `ssh`, which takes it.
    ///
    /// The agent has no way to log in there, and needs none: a grant of this site lets a key in that was made for that host
    /// and that nobody has seen before.
    func fromAgent(_ context: Context, _ progress: Progress) throws -> RunReport {
        let lent = try SiteKey.generate()
        return try run(
            job(granting: .read, at: from, lent.identity, lent, context), at: to, .taking, context, progress)
    }

    /// A job for whoever shows that it is `subject`, by the key `lent` if there is one: the agent of `end` is told of a
    /// grant that lets it in.
    private func job(
        granting right: TrustEntry.Right, at end: RemoteEnd, _ subject: SiteIdentity, _ lent: SiteKey?,
        _ context: Context
    ) throws -> SendJob {
        let agents = context.sites.agents
        let meant = try agents.identity(at: end.host.address)
        let grant = try Grant(
            subject: subject, audience: meant, export: end.path, rights: [right], at: SystemClock.now(),
            lifetime: Self.grantLifetime, by: agents.key())
        try GrantQuery(context.sites.dialer(end.host).connection()).announce(grant.bytes)
        return try SendJob(
            path: from.path, source: from.name, address: "\(end.host.address)", identity: "\(meant)",
            grant: grant.bytes, key: lent?.pem(), target: to.path, wishes: wishes)
    }

    /// From a host of `ssh` to another, which it must reach by `ssh` itself, with its own keys or those that it is lent.
    func toShell(_ context: Context, _ progress: Progress) throws -> RunReport {
        guard case .shell(let user) = to.host.way else { preconditionFailure("agents are reached by grants") }
        let shell = SendJob.Shell(
            user: user, host: to.host.host, port: to.host.port, perigee: context.sites.perigee(at: to.host))
        return try run(
            SendJob(path: from.path, source: from.name, shell: shell, target: to.path, wishes: wishes), at: from,
            .sending, context, progress)
    }

    /// Within one host.
    func within(_ context: Context, _ progress: Progress) throws -> RunReport {
        try run(
            SendJob(path: from.path, source: from.name, shell: nil, target: to.path, wishes: wishes), at: from,
            .sending, context, progress)
    }

    private func run(
        _ job: SendJob, at end: RemoteEnd, _ direction: SendJob.Direction, _ context: Context, _ progress: Progress
    ) throws -> RunReport {
        try RemoteSend(context.sites.dialer(end.host).connection(), direction).run(
            job, progress, until: context.stop)
    }
}
