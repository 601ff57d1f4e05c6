internal import Agents
internal import Configurations
internal import Model
internal import Replication
internal import Storage
internal import Synchronization
internal import Vault
internal import Wire
internal import Workers

/// The other hosts of one run of the program: a connection each, made when it is first needed.
final class RemoteSites: Sendable {
    private let command: String?
    private let remotePerigee: String?
    /// What this site needs to reach agents.
    let agents: AgentAccess
    private let via: String?
    private let dialers = Mutex<[RemoteHost: Dialer]>([:])
    private let bucket = Mutex<TokenBucket?>(nil)
    /// What had crossed when a report was last told.
    private let told = Mutex<[RemoteHost: Traffic]>([:])
    private let farewell = Mutex<Companion?>(nil)

    /// Those of the run that is going on; a process has one.
    static var current: RemoteSites {
        guard let sites = running.withLock({ $0 }) else { preconditionFailure("endpoints are read by runs") }
        return sites
    }
    private static let running = Mutex<RemoteSites?>(nil)

    /// None yet; from here on they are those of the run.
    init(_ options: GlobalOptions) {
        command = options.ssh
        remotePerigee = options.remotePerigee
        agents = AgentAccess(state: options.stateFolder)
        via = options.via
        Self.running.withLock { $0 = self }
    }

    /// The blobs of a vault on another host; with `create` its folder is made.
    func store(_ place: Endpoint.VaultPlace, create: Bool) throws -> any MeteringStore {
        let path = Self.path(of: place)
        guard let host = RemoteHost(.vault(place, nil)) else { preconditionFailure("\(place) has a host") }
        let dialer = try dialer(host)
        let name = "\(place)".dropFirst("vault:".count)
        let remote = RemoteStore(dialer, path: path, name: String(name), create: create)
        // Packs never change, and a round trip is long.
        let resuming = ResumingStore(remote, clock: StoppableClock(Signals.stop))
        return ReadAheadStore(MeteredStore(resuming)) { VaultLayout.isUnchanging($0) }
    }

    /// What the vault at `place` is called on its host.
    private static func path(of place: Endpoint.VaultPlace) -> String {
        switch place {
        case .remoteFolder(_, _, _, let folder): folder
        case .agent(_, _, let export): export
        case .folder, .bucket: preconditionFailure("\(place) is not on another host")
        }
    }

    /// What connects to a host; the same one for the same host.
    func dialer(_ host: RemoteHost) throws -> Dialer {
        let connect = try way(to: host)
        return dialers.withLock { dialers in
            if let dialer = dialers[host] { return dialer }
            let dialer = Dialer(connect)
            dialers[host] = dialer
            return dialer
        }
    }

    /// What the agent at `host` exports under a name: a tree, or a dataset in a vault.
    func end(_ host: RemoteHost, _ name: Endpoint.DatasetName, _ text: String) throws -> LocalEnd {
        let info = try ExportQuery(try dialer(host).connection()).info(name.dataset)
        switch info.kind {
        case .tree:
            guard name.snapshot == nil else {
                throw PerigeeError(
                    .usage, "this export is a tree, which has no snapshots", at: text,
                    remedy: "leave the @ and what follows away")
            }
            return .remoteTree(RemoteEnd(host: host, path: name.dataset))
        case .vault(let dataset):
            guard dataset != nil || name.snapshot == nil else {
                throw PerigeeError(
                    .usage, "this export is a whole vault", at: text,
                    remedy: "name the dataset: vault:perigee://\(host.address)/\(name.dataset)#DATASET@SNAPSHOT")
            }
            return .vault(
                .agent(host: host.host, port: host.port, export: name.dataset),
                dataset.map { Endpoint.DatasetName(dataset: $0, snapshot: name.snapshot) })
        }
    }

    /// Holds connections that are made from now on to what `bucket` lets pass, both directions together; to nothing where
    /// that is nil.
    ///
    /// Those that were made before, to ask an agent what an endpoint is, are closed where they were held otherwise.
    func hold(to bucket: TokenBucket?) {
        let isOther = self.bucket.withLock { held in
            defer { held = bucket }
            return held !== bucket
        }
        if isOther { leave() }
    }

    /// Has `report` say what crossed since another report was told that, where anything did: with the overhead of the
    /// protocol.
    ///
    /// - Parameter source: the host of the run's source, where that is another one.
    func account(_ report: inout RunReport, source: RemoteHost? = nil) {
        let fresh = takeFresh()
        let all = Self.sum(fresh.values)
        guard all.sent > 0 else { return }
        let theirs = source.flatMap { fresh[$0] } ?? Traffic()
        report.bytes.wireSent = theirs.received + all.sent - theirs.sent
        report.bytes.wireReceived = theirs.sent + all.received - theirs.received
    }

    /// Has `report` say what crossed to and from `destination`, to which this host has passed on what came from another.
    func account(_ report: inout RunReport, destination: RemoteHost) {
        let theirs = takeFresh()[destination] ?? Traffic()
        (report.bytes.wireSent, report.bytes.wireReceived) = (theirs.sent, theirs.received)
    }

    /// What crossed to and from each host since this was last asked.
    private func takeFresh() -> [RemoteHost: Traffic] {
        let now = dialers.withLock { $0.mapValues(\.traffic) }
        let earlier = told.withLock { told in
            defer { told = now }
            return told
        }
        return Dictionary(uniqueKeysWithValues: now.map { ($0, $1.since(earlier[$0] ?? Traffic())) })
    }

    /// What crosses to and from the host of the vault at `place` from now on; nil where it is on no other host.
    func crossing(to place: Endpoint.VaultPlace) -> (@Sendable () -> HostTraffic)? {
        guard let host = RemoteHost(.vault(place, nil)) else { return nil }
        let traffic: @Sendable () -> Traffic = { [self] in dialers.withLock { $0[host]?.traffic } ?? Traffic() }
        let before = traffic()
        let nameBytes = UInt64(Self.path(of: place).utf8.count)
        return {
            let since = traffic().since(before)
            let features = self.dialers.withLock { $0[host] }?.features ?? []
            return HostTraffic(
                sent: since.sent, received: since.received, makesIndex: features.contains([.shortPacks, .segments]),
                nameBytes: nameBytes)
        }
    }

    /// What crossed to and from all hosts so far.
    var traffic: Traffic {
        Self.sum(dialers.withLock { $0.values.map(\.traffic) })
    }

    private static func sum(_ parts: some Sequence<Traffic>) -> Traffic {
        parts.reduce(into: Traffic()) { sum, one in
            sum.sent += one.sent
            sum.received += one.received
        }
    }

    /// Says goodbye to all hosts, all of which have answered what they were asked.
    func leave() {
        farewell.withLock { $0.take() }?.join()
        leaveAll()
    }

    /// Begins to say goodbye, beside what else is to be done; ``leave()`` waits for it.
    func beginLeaving() { farewell.withLock { $0 = $0 ?? Companion { [self] in leaveAll() } } }

    private func leaveAll() { for dialer in dialers.withLock({ Array($0.values) }) { dialer.leave() } }

    /// Waits until each host that is being connected to has said hello, or has turned out not to: then no command asks for
    /// a password any more.
    static func settle() {
        for dialer in running.withLock({ $0 })?.dialers.withLock({ Array($0.values) }) ?? [] { dialer.settle() }
    }

    /// What makes a connection to `host`.
    private func way(to host: RemoteHost) throws -> @Sendable () throws -> Connection {
        switch host.way {
        case .shell(let user):
            let shell = try shell(user: user, host)
            return { try self.connect(shell) }
        case .agent:
            let relay = try relayAddress(to: host)
            return { try self.agents.agents().connect(to: host.address, via: relay, options: try self.wireOptions()) }
        }
    }

    /// Whether other hosts are to be reached through one that was named.
    var isRelayed: Bool { via != nil }

    /// The host through which all others are to be reached: that of a site of the configuration, else an agent; nil where
    /// none was named.
    ///
    /// - Throws: `unsupported` where it is the name of a site on no other host.
    func relay() throws -> RemoteHost? {
        guard let via else { return nil }
        return try NamedSites.current.relay(named: via) ?? agent(via)
    }

    /// The host through which `host` is reached; nil where that is reached directly.
    private func relay(to host: RemoteHost) throws -> RemoteHost? {
        guard let via else { return nil }
        // A site is not asked to pass on to itself; an address that was written out is taken at its word.
        if let site = try NamedSites.current.relay(named: via) { return site == host ? nil : site }
        return try agent(via)
    }

    private func agent(_ via: String) throws -> RemoteHost {
        try RemoteHost(parsing: via.hasPrefix("perigee://") ? via : "perigee://\(via)")
    }

    /// The agent that passes on to `host`, where one is named.
    private func relayAddress(to host: RemoteHost) throws -> HostAddress? {
        guard let relay = try relay(to: host) else { return nil }
        guard relay.way == .agent else {
            throw PerigeeError(
                .unsupported, "\(host.name) is an agent, which is reached through an agent, and this is a host of ssh",
                at: relay.name, remedy: "name a site that has agent: in the configuration, or leave --via away")
        }
        return relay.address
    }

    /// Perigee on a host of `ssh`, where it has another name than the usual one.
    func perigee(at host: RemoteHost) -> String? { remotePerigee ?? NamedSites.current.shell(for: host)?.remotePerigee }

    /// The command that reaches a host by `ssh`, with what options, variables and the configuration say of it.
    func shell(user: String?, _ host: RemoteHost) throws -> SecureShell {
        var shell = SecureShell(user: user, host: host.host, port: host.port)
        let named = NamedSites.current.shell(for: host)
        if let command = command ?? named?.command ?? Environment["PERIGEE_SSH"] {
            shell.command = try CommandWords.split(command)
        }
        if let relay = try relay(to: host) {
            guard relay.way != .agent else {
                throw PerigeeError(
                    .unsupported,
                    "\(host.name) is a host of ssh, which is reached through one of ssh, and this is an agent",
                    at: relay.name, remedy: "name a site that has ssh: in the configuration, or leave --via away")
            }
            shell.command += ["-J", relay.name]
        }
        if let perigee = perigee(at: host) { shell.remotePerigee = perigee }
        _ = try shell.words()
        return shell
    }

    private func connect(_ shell: SecureShell) throws -> Connection {
        var options = try wireOptions()
        // Somebody may be typing a passphrase or a password.
        options.helloWait = .seconds(300)
        let host = shell.host
        let stream = try shell.open { Diagnostics.write("\(host): \($0)\n") }
        let connection = try Connection(stream, role: .initiator, options: options)
        StrandOpener.watch(connection, shell)
        return connection
    }

    private func wireOptions() throws -> WireOptions {
        try Signals.stop.check()
        var options = WireOptions()
        options.program = Perigee.version
        options.awaitsHello = false
        options.writing = bucket.withLock { $0 }
        options.reading = options.writing
        return options
    }
}

extension Traffic {
    /// What came after `earlier`.
    fileprivate func since(_ earlier: Traffic) -> Traffic {
        Traffic(sent: sent - min(sent, earlier.sent), received: received - min(received, earlier.received))
    }
}
