import Model
import TestSupport
import Testing
import Trust
import Wire
import Workers

/// A connection over TLS, whose long messages are written and read without going by way of its own buffers.
@Suite struct SecureMessageTests {
    /// The two sides of a connection over TLS.
    private static func connect() throws -> (near: Connection, far: Connection) {
        let ends = try SecurePair().join()
        let made = Monitor<Connection?>(nil)
        let other = Companion {
            let connection = try? Connection(ends.far, role: .responder)
            made.change { $0 = connection }
        }
        defer { other.join() }
        let near = try Connection(ends.near, role: .initiator)
        let far = try #require(made.wait(for: SecurePair.patience) { $0 })
        return (near, far)
    }

    /// Lengths about where the way of a message changes, and any between.
    private static func length(_ seed: inout Seed) -> Int {
        let corners = [0, 1, (64 << 10) - 1, 64 << 10, 256 << 10, (1 << 20) - 1, 1 << 20]
        return Bool.random(using: &seed)
            ? corners[Int.random(in: 0..<corners.count, using: &seed)] : Int.random(in: 0..<(400 << 10), using: &seed)
    }

    /// Sends messages drawn from a seed on `channel`, and then its end.
    private static func send(_ channel: Channel, _ number: UInt64) throws {
        var seed = Seed(number)
        for kind in 0..<40 {
            let count = length(&seed)
            try channel.send(UInt8(kind), seed.bytes(count))
        }
        channel.finish()
    }

    /// Takes them, and says what is not as it was sent.
    private static func faults(_ channel: Channel, _ number: UInt64) throws -> [String] {
        var seed = Seed(number)
        var faults: [String] = []
        for kind in 0..<40 {
            let count = length(&seed)
            let message = try channel.receive()
            if message?.kind != UInt8(kind) || message?.bytes != seed.bytes(count) { faults.append("message \(kind)") }
        }
        if try channel.receive() != nil { faults.append("one more") }
        return faults
    }

    @Test func `messages of all lengths pass both ways on several channels at once`() throws {
        let (near, far) = try Self.connect()
        defer {
            near.abort(PerigeeError(.io, "the test is over"))
            far.abort(PerigeeError(.io, "the test is over"))
        }
        let pairs = try (0..<3).map { number in
            let channel = try near.open("\(number)")
            return (channel, try #require(try far.accept()))
        }
        let faults = Monitor<[String]>([])
        try Crew.run(12) { member in
            let (here, there) = pairs[member / 4]
            let number = UInt64(member / 4 * 2)
            switch member % 4 {
            case 0: try Self.send(here, number)
            case 1: try Self.send(there, number + 1)
            case 2:
                let found = try Self.faults(there, number)
                faults.change { $0 += found }
            default:
                let found = try Self.faults(here, number + 1)
                faults.change { $0 += found }
            }
        }
        #expect(faults.read { $0 } == [])
    }

    @Test func `a long message that nobody takes ends with its connection`() throws {
        let (near, far) = try Self.connect()
        let channel = try near.open("load")
        let sender = Companion {
            let bytes = [UInt8](repeating: 1, count: 1 << 20)
            // Goes on until the connection is cut.
            while (try? channel.send(1, bytes)) != nil {}
        }
        far.abort(PerigeeError(.io, "cut"))
        sender.join()
        #expect(throws: PerigeeError.self) { try channel.send(1, [1]) }
        near.abort(PerigeeError(.io, "the test is over"))
    }
}
