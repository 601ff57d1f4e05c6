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

    /// The connections that are being served.
    private struct Live {
        var connections: [ObjectIdentifier: (connection: Connection, access: ExportAccess)] = [:]
        var isStopping = false

        /// Whether there may be one more of `identity`.
        func hasRoom(for identity: SiteIdentity) -> Bool {
            connections.count < connectionsMax
                && connections.values.count { $0.access.identity == identity } < connectionsPerSiteMax
        }
    }

    /// Connections that are served at once; further ones are closed.
    static let connectionsMax = 64
    /// The same of one site.
    static let connectionsPerSiteMax = 16

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
        let (notices, strands, desk) = (notices, strands, GrantDesk(of: key.identity, trusting: book, now: now))
        self.desk = desk
        relay = RelayDesk(relays, trusting: book)
        listener = try SecureListener(at: address, settings) { identity in
            let mayDoAnything = try book.entry(of: identity).map { !$0.rights.isEmpty } ?? false
            guard mayDoAnything || desk.expects(identity) || strands.expects(identity.description) else {
                throw PerigeeError(
                    .denied, "a site that is not trusted here wants in: \(identity)",
                    remedy: "if you know it: perigee trust add NAME \(identity) --allow read")
            }
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
            tell()
        }
        listener.close()
        let left = live.change { live in
            live.isStopping = true
            return live.connections.values.map(\.connection)
        }
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
            if try isStrand(stream) { return }
            let connection = try Connection(stream, role: .responder, options: sender.options)
            let access = ExportAccess(exports, book, desk, for: stream.identity)
            let (hasRoom, isStopping) = live.change { live in
                let hasRoom = live.hasRoom(for: stream.identity)
                if hasRoom { live.connections[ObjectIdentifier(connection)] = (connection, access) }
                return (hasRoom, live.isStopping)
            }
            defer {
                live.change { $0.connections[ObjectIdentifier(connection)] = nil }
                connection.close()
            }
            if isStopping { throw Self.stopping() }
            guard hasRoom else {
                while let channel = try connection.accept() { channel.reset(Self.tooMany()) }
                return
            }
            Self.note(notices, place, "\(name) has connected")
            try WireServer(AgentServices.all(access, desk, sender, relay, strands, makeContext)).serve(connection)
            Self.note(notices, place, "\(name) has left")
        } catch {
            Self.note(notices, place, "\(name): \((error as? PerigeeError)?.message ?? "\(error)")")
        }
    }

    /// Whether `stream` asks to carry a connection that there is, which it then does, or is closed.
    private func isStrand(_ stream: SecureStream) throws -> Bool {
        let wait = sender.options.helloWait
        guard StrandDesk.isStrand(try stream.peek(StrandDesk.prefixSize, for: wait) ?? []) else { return false }
        stream.lighten()
        try strands.join(stream, of: stream.identity.description, within: wait)
        return true
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
