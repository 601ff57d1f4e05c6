public import Model
public import Replication
public import Transport
public import Trust
internal import Wire
public import Workers

/// Serves what this host exports to the sites that it trusts, over TLS.
public final class Agent: Sendable {
    private let exports: ExportTable
    private let book: TrustBook
    private let desk: GrantDesk
    private let sender: AgentSender
    private let relay: RelayDesk
    private let strands = StrandDesk()
    private let makeContext: @Sendable () -> RunContext
    private let notices = Monitor(Notices())
    private let onNotice: @Sendable (_ place: String, _ message: String) -> Void
    private let listener: SecureListener
    /// The port that it listens at.
    public let port: UInt16
    private let live = Monitor(Live())

    /// The connections that are being served, those that are being turned away, and streams that have not begun.
    private struct Live {
        var connections: [ObjectIdentifier: (connection: Connection, access: ExportAccess)] = [:]
        var refused: [ObjectIdentifier: (connection: Connection, until: ContinuousClock.Instant)] = [:]
        var beginning: [ObjectIdentifier: SecureStream] = [:]
        var isStopping = false

        /// Whether there may be one more of `identity`.
        func hasRoom(for identity: SiteIdentity) -> Bool {
            connections.count < connectionsMax
                && connections.values.count { $0.access.identity == identity } < connectionsPerSiteMax
        }
    }

    /// Connections that are served at once; further ones are told so.
    private static let connectionsMax = 64
    /// The same of one site.
    private static let connectionsPerSiteMax = 16
    /// How long one that is turned away has to hear of it, and a strand to say of which connection it is one.
    private static let shortWait = Duration.seconds(10)

    /// What is to be told, as long as nobody has told it.
    private struct Notices {
        var waiting: [(place: String, message: String)] = []
        var dropped = 0
    }

    /// Notices that wait at most; more are only counted.
    private static let noticesMax = 256
    /// How often an agent looks whether it is to stop, and whether somebody who has come in may do less than before.
    private static let interval = Duration.milliseconds(100)

    /// Listens at `address`, as the site whose key is `key`.
    ///
    /// - Parameters:
    ///   - now: the clock by which grants expire.
    ///   - program: the program's version, told to the other sites.
    ///   - makeContext: what a run for another site works with.
    ///   - onNotice: told who came, who went, and who was refused and why; by the thread that runs the agent.
    /// - Throws: where nothing can listen there.
    public init(
        at address: HostAddress, as key: SiteKey, limits: TransportLimits = TransportLimits(), exports: ExportTable,
        relaying relays: RelayTable = .none, trusting book: TrustBook, program: String,
        now: @escaping @Sendable () -> Timestamp,
        makeContext: @escaping @Sendable () -> RunContext,
        onNotice: @escaping @Sendable (_ place: String, _ message: String) -> Void
    ) throws {
        (self.exports, self.book) = (exports, book)
        (self.makeContext, self.onNotice) = (makeContext, onNotice)
        let settings = try SecureSettings(key, limits: limits)
        var options = WireOptions()
        options.program = program
        sender = AgentSender(settings, options)
        let (notices, live, desk) = (notices, live, GrantDesk(of: key.identity, trusting: book, now: now))
        self.desk = desk
        relay = RelayDesk(relays, trusting: book)
        listener = try SecureListener(at: address, settings) { identity in
            // Who came in by a grant, which is used by now, may carry the connection that it has by further ones.
            let isGranted = live.read { live in
                live.connections.values.contains { $0.access.identity == identity && $0.access.hasUsedGrant }
            }
            if !isGranted { try Self.checkMayBegin(identity, book, desk) }
        } onRefusal: { refusal in
            let remedy = refusal.remedy.map { "; \($0)" } ?? ""
            Self.note(notices, refusal.place ?? "", "refused: \(refusal.message)\(remedy)")
        }
        port = listener.port
    }

    /// Serves until `stop` is raised; then ends what is under way, which can go on later.
    public func run(until stop: StopFlag) {
        let threads = Companions()
        while !stop.isRaised {
            if let stream = listener.accept(for: Self.interval) { start(threads, stream) }
            endLessened()
            endRefused()
            tell()
        }
        listener.close()
        let (left, beginning) = live.change { live in
            live.isStopping = true
            return (
                live.connections.values.map(\.connection) + live.refused.values.map(\.connection),
                Array(live.beginning.values)
            )
        }
        for stream in beginning { stream.close() }
        for connection in left { connection.abort(Self.stopping()) }
        threads.join()
        tell()
    }

    private func start(_ threads: Companions, _ stream: SecureStream) {
        do {
            try threads.start { self.serve(stream) }
        } catch {
            stream.close()
            Self.note(notices, stream.peer, "refused: \((error as? PerigeeError)?.message ?? "\(error)")")
        }
    }

    private func serve(_ stream: SecureStream) {
        let place = stream.peer
        let name = (try? book.entry(of: stream.identity))?.name ?? stream.identity.short
        do {
            guard let connection = try begin(stream) else { return }
            let access = ExportAccess(exports, book, desk, for: stream.identity)
            let (hasRoom, isStopping) = live.change { live in
                let hasRoom = live.hasRoom(for: stream.identity)
                if hasRoom {
                    live.connections[ObjectIdentifier(connection)] = (connection, access)
                } else {
                    live.refused[ObjectIdentifier(connection)] = (connection, .now + Self.shortWait)
                }
                return (hasRoom, live.isStopping)
            }
            defer {
                live.change { live in
                    live.connections[ObjectIdentifier(connection)] = nil
                    live.refused[ObjectIdentifier(connection)] = nil
                }
                connection.close()
            }
            if isStopping { throw Self.stopping() }
            guard hasRoom else {
                Self.note(notices, place, "refused: \(name) has too many connections, or all sites together have")
                return try turnAway(connection)
            }
            Self.note(notices, place, "\(name) has connected")
            try WireServer(AgentServices.all(access, desk, sender, relay, strands, makeContext)).serve(connection)
            Self.note(notices, place, "\(name) has left")
        } catch {
            Self.note(notices, place, "\(name): \((error as? PerigeeError)?.message ?? "\(error)")")
        }
    }

    /// The connection that begins on `stream`; nil where that is a strand of another.
    private func begin(_ stream: SecureStream) throws -> Connection? {
        let isStopping = live.change { live in
            live.beginning[ObjectIdentifier(stream)] = stream
            return live.isStopping
        }
        defer { live.change { $0.beginning[ObjectIdentifier(stream)] = nil } }
        do {
            if isStopping { throw Self.stopping() }
            guard let prefix = try stream.peek(StrandDesk.prefixSize, for: sender.options.helloWait) else {
                throw PerigeeError(
                    .io, "it said nothing for \(sender.options.helloWait / .seconds(1)) s", at: stream.peer)
            }
            guard !StrandDesk.isStrand(prefix) else {
                try strands.join(stream, of: stream.identity.description, within: Self.shortWait)
                return nil
            }
            try Self.checkMayBegin(stream.identity, book, desk)
        } catch {
            stream.close()
            throw error
        }
        return try Connection(stream, role: .responder, options: sender.options)
    }

    /// - Throws: `denied` where a site may not begin a connection: it may do nothing here, and no grant waits for it.
    private static func checkMayBegin(_ identity: SiteIdentity, _ book: TrustBook, _ desk: GrantDesk) throws {
        let mayDoAnything = try book.entry(of: identity).map { !$0.rights.isEmpty } ?? false
        guard mayDoAnything || desk.expects(identity) else {
            throw PerigeeError(
                .denied, "a site that is not trusted here wants in: \(identity)",
                remedy: "if you know it: perigee trust add NAME \(identity) --allow read")
        }
    }

    /// Answers the first thing that is asked of a connection for which there is no room with why; then it ends, and whoever
    /// needs one connects again.
    private func turnAway(_ connection: Connection) throws {
        while let channel = try connection.accept() {
            channel.reset(Self.tooMany())
            if channel.service != StrandService.usualName { return }
        }
    }

    /// Ends connections that were told long ago that there is no room for them.
    private func endRefused() {
        let late = live.read { live in live.refused.values.filter { $0.until < .now }.map(\.connection) }
        for connection in late { connection.abort(Self.tooMany()) }
    }

    /// Ends the connections of sites that may do less than when they came in, with all that is under way on them.
    ///
    /// Whoever may still do something connects again.
    private func endLessened() {
        for (connection, access) in live.read({ Array($0.connections.values) }) where access.hasLessened() {
            connection.abort(
                PerigeeError(
                    .denied, "the site may do less here than when it came in",
                    remedy: "ask the agent's owner: perigee trust list"))
        }
    }

    private static func stopping() -> PerigeeError {
        PerigeeError(
            .io, "the agent was asked to stop", remedy: "run the same command again when it is back", canRetry: true)
    }

    private static func tooMany() -> PerigeeError {
        PerigeeError(
            .limit, "there are too many connections, of this site or of all",
            remedy: "wait until some have ended", canRetry: true)
    }

    private func tell() {
        let (waiting, dropped) = notices.change { notices in
            defer { notices = Notices() }
            return (notices.waiting, notices.dropped)
        }
        for (place, message) in waiting { onNotice(place, message) }
        if dropped > 0 { onNotice("agent", "\(dropped) more notices were left out") }
    }

    private static func note(_ notices: Monitor<Notices>, _ place: String, _ message: String) {
        notices.change { notices in
            let hasRoom = notices.waiting.count < noticesMax
            if hasRoom { notices.waiting.append((place, message)) } else { notices.dropped += 1 }
        }
    }
}
