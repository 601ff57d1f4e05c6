internal import Model
internal import Workers

/// Carries a connection through `ssh` by several of its children where one would hold it up: OpenSSH lets no more than 2 MiB
/// of a session be under way, so that at a round trip of 40 ms no more than 50 MB/s pass, whatever the link.
///
/// Nothing depends on it: where a further child does not get through, the connection goes on with those that have.
public enum StrandOpener {
    /// With a shorter round trip one session lets more pass than any link that it is used on.
    private static let tripMin = Duration.milliseconds(5)
    /// From so long a one on as many as there may be are worth it.
    private static let longTrip = Duration.milliseconds(60)
    /// Further children at a shorter one: a server lets ten at once be in the making by its usual settings.
    private static let few = 3
    /// What must have crossed, or twice as much be asked for, since it shrinks: who moves less is done before it pays.
    private static let bytesMin: UInt64 = 4 << 20
    private static let interval = Duration.milliseconds(20)
    /// How long a child may take to get through.
    private static let patience = Duration.seconds(60)

    /// Watches `connection`, which was made by `shell`, by a thread of its own, and does that once it is worth it.
    ///
    /// The door is asked for at once, along with what else is said first: later both the question and the answer would wait
    /// behind all that is being sent.
    public static func watch(_ connection: Connection, _ shell: SecureShell) {
        // Not holding the connection, which ends with its last holder.
        let engine = connection.engine
        guard let door = try? engine.open(StrandService.service, []) else { return }
        Companion {
            defer { engine.finish(door) }
            guard (try? engine.hello()) != nil, let trip = engine.roundTrip(within: patience), trip >= tripMin,
                isWorthIt(engine)
            else { return }
            try? open(trip >= longTrip ? WireLimits.strandsMax : few, engine, door, shell)
        }.leave()
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

    private static func open(
        _ count: Int, _ engine: ConnectionEngine, _ channel: ChannelCore, _ shell: SecureShell
    ) throws {
        guard let message = try engine.receive(channel) else { return }
        let door = String(decoding: message.bytes, as: UTF8.self)
        guard door.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }) else {
            throw WireFault.outOfTurn("a door of no such name", engine.peer)
        }
        let children = (0..<count).map { _ in Companion { try? add(door, engine, shell) } }
        defer { for child in children { child.join() } }
        // While they log in, so that they are of use from their first moment, to what waits then too.
        try engine.send(channel, StrandService.coming, [])
        try engine.goOverToBlocks()
    }

    private static func add(_ door: String, _ engine: ConnectionEngine, _ shell: SecureShell) throws {
        let strand = try shell.openStrand(door)
        var greeting = [UInt8](repeating: 0, count: StrandService.greeting.count)
        var filled = 0
        while filled < greeting.count {
            let count = try greeting.withUnsafeMutableBytes {
                try strand.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]), for: patience)
            }
            guard let count, count > 0 else { return strand.close() }
            filled += count
        }
        guard greeting == StrandService.greeting else { return strand.close() }
        try engine.add(strand)
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
