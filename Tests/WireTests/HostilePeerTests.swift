import Model
import TestSupport
import Testing
import Wire
import Workers

/// Whatever comes in, the connection ends with a clear error and nothing hangs or crashes.
@Suite("A hostile peer")
struct HostilePeerTests {
    /// What the connection ends with after `attack`.
    private func fault(_ attack: (RawPeer) throws -> Void) throws -> PerigeeError {
        let (connection, peer) = try RawPeer.connected()
        // Whatever is accepted is held, so that its frames are not those of a channel that is gone.
        let held = Monitor<[Channel]>([])
        let error = Monitor<(any Error)?>(nil)
        let reader = Companion {
            do {
                while let channel = try connection.accept() { held.change { $0.append(channel) } }
            } catch let found { error.change { $0 = found } }
        }
        // The connection may end before all is sent.
        try? attack(peer)
        peer.stream.finishWriting()
        reader.join()
        return try #require(error.read { $0 } as? PerigeeError)
    }

    /// One way to break the protocol, and what it is called.
    struct Breach: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: PerigeeError.Code
        let attack: @Sendable (RawPeer) throws -> Void

        init(_ what: String, _ code: PerigeeError.Code, _ attack: @escaping @Sendable (RawPeer) throws -> Void) {
            (testDescription, self.code, self.attack) = (what, code, attack)
        }

        /// Frames of channel 1, which is opened before.
        static func channel(
            _ what: String, _ code: PerigeeError.Code, kind: UInt8, _ payload: [UInt8] = [], times: Int = 1
        ) -> Breach {
            Breach(what, code) { peer in
                try peer.open(1)
                for _ in 0..<times { try peer.send(kind, channel: 1, payload) }
            }
        }

        /// A frame as it stands.
        static func raw(_ what: String, _ code: PerigeeError.Code, _ bytes: [UInt8]) -> Breach {
            Breach(what, code) { try $0.write(bytes) }
        }
    }

    static let breaches: [Breach] = [
        Breach("a kind that is not known", .format) { try $0.send(99) },
        Breach("a kind of nothing", .format) { try $0.send(0) },
        Breach("a message of no channel", .format) { try $0.send(2, channel: 0) },
        Breach("a message of a channel that was never opened", .format) { try $0.send(2, channel: 7) },
        Breach("a channel with an even number", .format) { try $0.open(2) },
        Breach("channel 0", .format) { try $0.open(0) },
        Breach("a channel opened twice", .format) { peer in for _ in 0..<2 { try peer.open(1) } },
        Breach("an older number", .format) { peer in for number: UInt32 in [3, 1] { try peer.open(number) } },
        .channel("an end after the end", .format, kind: 4, times: 2),
        Breach("a message after the end", .format) { peer in
            try peer.open(1)
            for kind: UInt8 in [4, 2] { try peer.send(kind, channel: 1) }
        },
        .channel("more than there is credit for", .format, kind: 2, .init(repeating: 0, count: 100_000), times: 10),
        .channel("empty messages without end", .format, kind: 2, times: 5000),
        .channel("credit without end", .format, kind: 3, [255, 255, 255, 255], times: 300),
        .channel("credit of three bytes", .format, kind: 3, [1, 2, 3]),
        Breach("a ping with a payload", .limit) { try $0.send(6, [1]) },
        Breach("a service with a long name", .limit) { try $0.open(1, String(repeating: "x", count: 65)) },
        Breach("an opening of too many bytes", .limit) { peer in
            try peer.send(1, channel: 1, [UInt8](repeating: 0, count: 70_000))
        },
        Breach("a service's name that ends too early", .format) { try $0.send(1, channel: 1, [9, 0, 65]) },
        .channel("an error that ends too early", .format, kind: 5, [0, 200, 0]),
        .channel("an error of too many bytes", .limit, kind: 5, .init(repeating: 0, count: 20_000)),
        .raw("a frame of 1 MiB and a byte", .limit, RawPeer.frame(2, channel: 1, number: 0, length: (1 << 20) + 1)),
        .raw("a frame of 4 GiB", .limit, RawPeer.frame(2, channel: 1, number: 0, length: .max)),
        .raw("a frame with the number of another", .damaged, RawPeer.frame(6, number: 1)),
        .raw("a repeated frame", .damaged, RawPeer.frame(7, number: 0) + RawPeer.frame(7, number: 0)),
        .raw("an end within a frame", .io, Array(RawPeer.frame(6, number: 0).dropLast())),
        .raw("an end without a goodbye", .io, []),
    ]

    @Test("that breaks the protocol is told so", arguments: breaches)
    func breaks(breach: Breach) throws {
        let error = try fault(breach.attack)
        #expect(error.code == breach.code, "\(error)")
        #expect(error.place == "the first end")
        #expect(error.remedy != nil)
    }

    @Test("that sends garbage, or flips a bit anywhere in a frame, is found out")
    func garbage() throws {
        var seed = Seed.fromEnvironment()
        for _ in 0..<40 {
            let bytes = seed.bytes(Int.random(in: 1...3000, using: &seed))
            let error = try fault { try $0.write(bytes) }
            #expect([.damaged, .io].contains(error.code), "seed \(seed.value): \(error)")
        }
        let frame = RawPeer.frame(2, channel: 1, Array("payload".utf8), number: 1)
        for bit in 0..<frame.count * 8 {
            var flipped = frame
            flipped[bit / 8] ^= 1 << (bit % 8)
            let error = try fault { peer in
                try peer.open(1)
                try peer.write(flipped)
            }
            #expect(error.code == .damaged, "bit \(bit): \(error)")
        }
    }

    @Test("that asks for more channels than there may be is refused those, and the others go on")
    func manyChannels() throws {
        let (connection, peer) = try RawPeer.connected()
        for number in 0..<UInt32(WireLimits.backlogMax + 5) { try peer.open(2 * number + 1) }
        for number in UInt32(WireLimits.backlogMax)..<UInt32(WireLimits.backlogMax + 5) {
            let frame = try peer.receive()
            #expect(frame.kind == 5 && frame.channel == 2 * number + 1)
        }
        let first = try #require(try connection.accept())
        try first.send(3, [1, 2])
        let frame = try peer.receive()
        #expect(frame.kind == 2 && frame.messageKind == 3 && frame.channel == 1 && frame.payload == [1, 2])
        connection.abort(PerigeeError(.interrupted, "done"))
    }

    @Test("that never reads its pongs is cut off")
    func pings() throws {
        let (connection, peer) = try RawPeer.connected()
        // One pong at a time is owed, so pings alone fill nothing.
        for _ in 0..<20_000 { try peer.send(6) }
        #expect(connection.failure == nil)
        connection.abort(PerigeeError(.interrupted, "done"))
    }

    @Test("whose error has control characters is shown without them")
    func terminalText() throws {
        let (connection, peer) = try RawPeer.connected()
        try peer.open(1)
        let channel = try #require(try connection.accept())
        func text(_ text: String) -> [UInt8] { RawPeer.little(UInt16(text.utf8.count)) + Array(text.utf8) }
        try peer.send(
            5, channel: 1, [1] + text("no_such_code") + text("red\u{1b}[31m\u{202e}") + text("") + text("") + text(""))
        let error = try #require(throws: PerigeeError.self) { try channel.receive() }
        #expect(error.code == .io)
        #expect(error.message == "red\u{fffd}[31m\u{fffd}")
    }
}
