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
    /// What must have crossed: who moves less is done before it pays.
    private static let bytesMin: UInt64 = 4 << 20
    private static let interval = Duration.milliseconds(50)
    /// How long a child may take to get through.
    private static let patience = Duration.seconds(60)

    /// Watches `connection`, which was made by `shell`, by a thread of its own, and does that once it is worth it.
    public static func watch(_ connection: Connection, _ shell: SecureShell) {
        let engine = connection.engine
        // Not holding the connection, which ends with its last holder.
        Companion { [weak connection] in
            guard (try? engine.hello()) != nil, let trip = engine.roundTrip(within: patience), trip >= tripMin
            else { return }
            let never = Monitor(())
            while engine.traffic.sent + engine.traffic.received < bytesMin {
                guard engine.isUsable else { return }
                _ = never.wait(for: interval) { _ in nil as Void? }
            }
            guard let connection else { return }
            try? open(trip >= longTrip ? WireLimits.strandsMax : few, connection, shell)
        }.leave()
    }

    private static func open(_ count: Int, _ connection: Connection, _ shell: SecureShell) throws {
        let channel = try connection.open(StrandService.service)
        defer { channel.finish() }
        guard let message = try channel.receive() else { return }
        let door = String(decoding: message.bytes, as: UTF8.self)
        guard door.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }) else {
            throw WireFault.outOfTurn("a door of no such name", connection.peer)
        }
        let children = (0..<count).map { _ in Companion { try? add(door, connection, shell) } }
        for child in children { child.join() }
    }

    private static func add(_ door: String, _ connection: Connection, _ shell: SecureShell) throws {
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
        try connection.add(strand: strand)
    }
}

extension SecureShell {
    /// Starts the command for one more strand of a connection, whose door there is called `door`: nobody is asked for anything,
    /// and what it says is of no interest.
    fileprivate func openStrand(_ door: String) throws -> ChildStream {
        var shell = self
        shell.command += ["-o", "BatchMode=yes"]
        let line = "\(CommandWords.quotedProgram(remotePerigee)) agent --stdio --join \(door)"
        let words = try shell.words(running: line)
        return try ChildStream(words, peer: name, onLine: { _ in }) { [self] in explain($0, $1) }
    }
}
