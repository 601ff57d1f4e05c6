import Agents
import Model
import Replication
import TestSupport
import Transport
import Trust
import Wire
import Workers

/// A site with an agent that listens on this host, and another that may or may not reach it.
final class AgentSite: Sendable {
    let folder: TemporaryFolder
    let near: (key: SiteKey, book: TrustBook)
    let far: (key: SiteKey, book: TrustBook)
    /// What the agent told.
    let notices = Monitor<[String]>([])
    private let agent: Agent
    private let thread: Companion
    private let stop = StopFlag()

    /// An agent that exports `tree`, `vault`, `docs` (read only) and `old` (a vault, read only, of the dataset `d`).
    ///
    /// - Parameters:
    ///   - rights: what the near site may do there.
    ///   - exports: with which exports; nil for all.
    ///   - other: a site whose near site is that of this one too.
    ///   - relays: to whom the agent passes bytes on, and how many of a connection.
    ///   - now: the agent's clock.
    init(
        rights: Set<TrustEntry.Right> = [.read, .write], exports: Set<String>? = nil, beside other: AgentSite? = nil,
        relayingTo relays: [String] = [], bytesMax: UInt64 = 1 << 40,
        now: @escaping @Sendable () -> Timestamp = { SystemClock.now() }
    ) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        if let other {
            near = other.near
        } else {
            near = (try SiteKey.generate(), TrustBook(TrustFolder(state: folder.path("near"))))
        }
        far = (try SiteKey.generate(), TrustBook(TrustFolder(state: folder.path("far"))))
        for name in ["tree", "docs"] { _ = try folder.folder(name) }
        let table = try ExportTable(
            [
                "tree=\(folder.path("tree"))", "vault=vault:\(folder.path("vault"))", "docs=\(folder.path("docs")):ro",
                "old=vault:\(folder.path("vault"))#d:ro",
            ].map { try Export(parsing: $0) })
        let notices = notices
        let state = StateFolder(path: folder.path("far"))
        agent = try Agent(
            at: HostAddress(host: "127.0.0.1", port: 0), as: far.key, exports: table,
            relaying: try RelayTable(relays, usualPort: TransportLimits.port, bytesMax: bytesMax), trusting: far.book,
            program: "test", now: now
        ) {
            RunContext(state: state, stop: StopFlag())
        } onNotice: { place, message in
            notices.change { $0.append("\(place): \(message)") }
        }
        let (agent, stop) = (agent, stop)
        thread = Companion { agent.run(until: stop) }
        try near.book.add(
            TrustEntry(
                name: other == nil ? "far" : "farther", identity: far.key.identity, addresses: ["\(address)"],
                added: Timestamp(seconds: 0)),
            replacing: true)
        if !rights.isEmpty { try trust(rights, exports) }
    }

    deinit { end() }

    var address: HostAddress { HostAddress(host: "127.0.0.1", port: agent.port) }

    /// Has the agent trust the near site with `rights`.
    func trust(_ rights: Set<TrustEntry.Right>, _ exports: Set<String>? = nil) throws {
        try far.book.add(
            TrustEntry(
                name: "near", identity: near.key.identity, rights: rights, exports: exports,
                added: Timestamp(seconds: 0)), replacing: true)
    }

    /// Connects from the near site, by way of the agent of `relay` where one is named.
    func connect(via relay: AgentSite? = nil) throws -> Connection {
        try AgentDialer(SecureSettings(near.key), trusting: near.book).connect(
            to: address, via: relay?.address, options: WireOptions())
    }

    /// Connects from the near site by `way`, at which it trusts the agent; by way of the agent of `relay` where one is named.
    func connect(by way: SlowPort, via relay: AgentSite? = nil) throws -> Connection {
        let (there, identity) = (HostAddress(host: "127.0.0.1", port: way.port), far.key.identity)
        return try AgentDialer(SecureSettings(near.key), trusting: near.book) { $0 == there ? identity : nil }.connect(
            to: there, via: relay?.address, options: WireOptions())
    }

    /// Stops the agent, and waits until it has.
    func end() {
        stop.raise()
        thread.join()
    }
}
