internal import Model
internal import Storage
internal import Synchronization
internal import Vault
internal import Wire
internal import Workers

/// The other hosts of one run of the program: a connection each, made when it is first needed.
final class RemoteSites: Sendable {
    private let command: String?
    private let remotePerigee: String?
    private let dialers = Mutex<[String: Dialer]>([:])
    private let bucket = Mutex<TokenBucket?>(nil)

    /// None yet.
    init(_ options: GlobalOptions) {
        command = options.ssh ?? Environment["PERIGEE_SSH"]
        remotePerigee = options.remotePerigee
    }

    /// The blobs of a vault on another host; with `create` its folder is made.
    func store(_ place: Endpoint.VaultPlace, create: Bool) throws -> any MeteringStore {
        guard case .remoteFolder(_, _, _, let path) = place, let host = RemoteHost(.vault(place, nil)) else {
            preconditionFailure("\(place) is not on another host")
        }
        let dialer = try dialer(host)
        let name = "\(place)".dropFirst("vault:".count)
        let remote = RemoteStore(dialer, path: path, name: String(name), create: create)
        // Packs never change, and a round trip is long.
        let resuming = ResumingStore(remote, clock: StoppableClock(Signals.stop))
        return ReadAheadStore(MeteredStore(resuming)) { VaultLayout.isUnchanging($0) }
    }

    /// What connects to a host by `ssh`; the same one for the same host.
    func dialer(_ host: RemoteHost) throws -> Dialer {
        var shell = SecureShell(user: host.user, host: host.host, port: host.port)
        if let command { shell.command = try CommandWords.split(command) }
        if let remotePerigee { shell.remotePerigee = remotePerigee }
        _ = try shell.words()
        let settings = shell
        return dialers.withLock { dialers in
            if let dialer = dialers[settings.name] { return dialer }
            let dialer = Dialer { try self.connect(settings) }
            dialers[settings.name] = dialer
            return dialer
        }
    }

    /// Holds connections that are made from now on to what `bucket` lets pass, both directions together.
    func hold(to bucket: TokenBucket) { self.bucket.withLock { $0 = bucket } }

    /// Has `report` say what crossed, where anything did: all of it, with the overhead of the protocol.
    func account(_ report: inout RunReport) {
        let traffic = traffic
        guard traffic.sent > 0 else { return }
        (report.bytes.wireSent, report.bytes.wireReceived) = (traffic.sent, traffic.received)
    }

    /// What crossed to and from all hosts so far.
    var traffic: Traffic {
        dialers.withLock { $0.values.map(\.traffic) }.reduce(into: Traffic()) { sum, one in
            sum.sent += one.sent
            sum.received += one.received
        }
    }

    /// Says goodbye to all hosts.
    func close() { for dialer in dialers.withLock({ Array($0.values) }) { dialer.close() } }

    private func connect(_ shell: SecureShell) throws -> Connection {
        try Signals.stop.check()
        var options = WireOptions()
        options.program = Perigee.version
        options.writing = bucket.withLock { $0 }
        options.reading = options.writing
        // Somebody may be typing a passphrase or a password.
        options.helloWait = .seconds(300)
        let host = shell.host
        let stream = try shell.open { Diagnostics.write("\(host): \($0)\n") }
        return try Connection(stream, role: .initiator, options: options)
    }
}
