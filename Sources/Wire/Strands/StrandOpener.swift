internal import Model
internal import Workers

/// Carries a connection by several streams where one would hold it up.
///
/// OpenSSH lets no more than 2 MiB of a session be under way, so that at a round trip of 40 ms no more than 50 MB/s pass,
/// whatever the link. A connection of TCP lets as much be under way as its buffers hold: with the usual 4 MiB of Linux, of which
/// 2.9 MB are bytes, 73 MB/s at 40 ms and 15 MB/s at 200 ms; and a lost packet slows one of several streams only.
///
/// Nothing depends on it: where a further stream does not get through, the connection goes on with those that have.
public enum StrandOpener {
    /// With a shorter round trip one stream lets more pass than any link that it is used on.
    private static let tripMin = Duration.milliseconds(5)
    /// From so long a one on as many as there may be are worth it.
    private static let longTrip = Duration.milliseconds(60)
    /// Further streams at a shorter one: a server of ssh lets ten at once be in the making by its usual settings.
    private static let few = 3
    /// What must have crossed, or twice as much be asked for or begun, since it shrinks: who moves less is done before it pays.
    private static let bytesMin: UInt64 = 4 << 20
    private static let interval = Duration.milliseconds(20)
    /// How long a stream may take to get through.
    private static let patience = Duration.seconds(60)

    /// Watches `connection`, which was made by `shell`, by a thread of its own, and does that once it is worth it.
    public static func watch(_ connection: Connection, _ shell: SecureShell) {
        watch(connection) { try shell.openStrand($0) }
    }

    /// The same for a connection whose further streams `open` begins, each with the name of the entrance by which it is to come
    /// in, and without a word of it read.
    ///
    /// The entrance is asked for at once, along with what else is said first: later both the question and the answer would wait
    /// behind all that is being sent.
    public static func watch(
        _ connection: Connection,
        opening open: @escaping @Sendable (_ entrance: String) throws -> any ByteStream
    ) {
        // Not holding the connection, which ends with its last holder.
        let engine = connection.engine
        guard let channel = try? engine.open(StrandService.usualName, []) else { return }
        let thread = try? Companion.start {
            defer { engine.finish(channel) }
            guard (try? engine.hello()) != nil, let trip = roundTrip(engine), trip >= tripMin, isWorthIt(engine),
                let entrance = try? entrance(engine, channel)
            else { return }
            try? add(trip >= longTrip ? WireLimits.strandsMax : few, engine, channel) { try open(entrance) }
        }
        if let thread { thread.leave() } else { engine.finish(channel) }
    }

    /// The round trip; nil where the connection ended before.
    ///
    /// Asking costs one, which is saved where the system knows that it is long. Where it says that it is short, that may be the way
    /// to somebody in between who passes bytes on.
    private static func roundTrip(_ engine: ConnectionEngine) -> Duration? {
        let known = engine.stream.condition().map { Duration.seconds($0.roundTrip) }
        if let known, known >= longTrip { return known }
        return engine.roundTrip(within: patience)
    }

    /// Whether much crosses, after waiting for it; false where the connection ended before.
    private static func isWorthIt(_ engine: ConnectionEngine) -> Bool {
        let never = Monitor(())
        while engine.traffic.sent + engine.traffic.received < bytesMin, engine.announced < 2 * bytesMin {
            guard engine.isUsable else { return false }
            _ = never.wait(for: interval) { _ in nil as Void? }
        }
        return engine.isUsable
    }

    /// The name of the entrance that `channel` was told.
    private static func entrance(_ engine: ConnectionEngine, _ channel: ChannelCore) throws -> String {
        guard let message = try engine.receive(channel) else { throw streamClosed(engine.peer) }
        let entrance = String(decoding: message.bytes, as: UTF8.self)
        guard entrance.utf8.count <= 128,
            entrance.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d })
        else {
            throw WireFault.outOfTurn("an entrance of no such name", engine.peer)
        }
        return entrance
    }

    private static func add(
        _ count: Int, _ engine: ConnectionEngine, _ channel: ChannelCore,
        _ open: @escaping @Sendable () throws -> any ByteStream
    ) throws {
        let openers = (0..<count).compactMap { _ in
            try? Companion.start {
                guard let strand = try? open() else { return }
                do {
                    try StrandService.awaitWelcome(strand, for: patience)
                    try engine.add(strand)
                } catch {
                    strand.close()
                }
            }
        }
        defer { for opener in openers { opener.join() } }
        // While they come in, so that they are of use from their first moment, to what waits then too.
        try engine.send(channel, StrandService.coming, [])
        try engine.goOverToBlocks()
    }
}

extension SecureShell {
    /// Starts the command for one more strand of a connection, whose door there is called `door`: nobody is asked for anything,
    /// and what it says is of no interest.
    fileprivate func openStrand(_ door: String) throws -> ChildStream {
        var shell = self
        shell.command += ["-o", "BatchMode=yes"]
        let words = try shell.words(running: line(["--join", door]))
        return try ChildStream(words, peer: name, onLine: { _ in }) { [self] in explain($0, $1) }
    }
}
