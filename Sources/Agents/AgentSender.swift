internal import Model
public import Sites
public import Transport
internal import Trust
public import Wire

/// Connects a site to agents, to which others have it send.
public struct AgentSender: Sendable {
    /// How its connections behave.
    let options: WireOptions
    private let dialer: SecureDialer

    /// A sender that proves who it is as `settings` say.
    public init(_ settings: SecureSettings, _ options: WireOptions) {
        dialer = SecureDialer(settings)
        self.options = options
    }

    /// Connects to the third site of `job`, which must be the one that the job names, and uses the job's grant there.
    public func reach(_ job: SendJob) throws -> Connection {
        guard job.shell == nil else {
            throw PerigeeError(
                .unsupported, "an agent sends to agents, and to no host of ssh", at: String(job.target.prefix(80)),
                remedy: "have it pass through the host that asks: --route here")
        }
        let meant = try SiteIdentity(parsing: job.identity)
        guard let address = HostAddress(parsing: job.address, usualPort: TransportLimits.port) else {
            throw PerigeeError(.usage, "it is no address", at: String(job.address.prefix(80)))
        }
        let stream = try dialer.connect(to: address) { identity in
            guard identity == meant else {
                throw PerigeeError(
                    .refused, "another key answers than the one that was named: \(identity)", at: "\(address)",
                    remedy: "the address may mean another host at this site than at the one that asks")
            }
        }
        var options = options
        options.awaitsHello = false
        let connection = try Connection(stream, role: .initiator, options: options)
        SecureDialer.watch(connection, with: meant, at: address) { [dialer] in
            try dialer.connect(to: address, admits: $0)
        }
        do {
            try GrantQuery(connection).use(job.grant)
        } catch {
            connection.close()
            throw error
        }
        return connection
    }

    /// What a site is told that may not have anything sent.
    static func denial(_ name: String) -> PerigeeError {
        PerigeeError(
            .denied, "this site may not have it sent to others", at: String(name.prefix(80)),
            remedy: "ask the agent's owner for it: perigee trust add ... --allow read,grant")
    }
}
