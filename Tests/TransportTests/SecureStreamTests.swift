import Model
import TestSupport
import Testing
import Transport
import Trust
import Wire
import Workers

@Suite("A stream over TLS")
struct SecureStreamTests {
    @Test("tells each side who the other is")
    func identities() throws {
        let pair = try SecurePair()
        let (near, far) = try pair.join()
        #expect(near.identity == pair.key.far.identity && far.identity == pair.key.near.identity)
        #expect(near.peer == "\(pair.address)" && far.peer.hasPrefix("127.0.0.1:"))
    }

    @Test("brings bytes both ways at once, in order, whatever the pieces")
    func bytes() throws {
        let seed = Seed.fromEnvironment()
        let (near, far) = try SecurePair().join()
        try Crew.run(4) { role in
            var way = Seed(seed.value &+ UInt64(role % 2))
            let bytes = way.bytes(9_000_000)
            let (writer, reader) = role % 2 == 0 ? (near, far) : (far, near)
            if role < 2 {
                var rest = bytes[...]
                while !rest.isEmpty {
                    let part = rest.prefix(Int.random(in: 1...400_000, using: &way))
                    try writer.write(Array(part))
                    rest = rest.dropFirst(part.count)
                }
                writer.finishWriting()
            } else {
                #expect(try reader.read(bytes.count) == bytes, "seed \(seed.value)")
                #expect(try reader.read(1) == [], "the end follows")
            }
        }
    }

    @Test("goes on in the other direction after one has ended")
    func halfClose() throws {
        let (near, far) = try SecurePair().join()
        try near.write([1, 2, 3])
        near.finishWriting()
        #expect(try far.read(10) == [1, 2, 3])
        try far.write([4])
        far.finishWriting()
        #expect(try near.read(10) == [4])
    }

    @Test("holds a writer up where nobody reads, and keeps no more than a bound")
    func bounded() throws {
        let (near, far) = try SecurePair().join()
        let written = Monitor(0)
        let writer = Companion {
            let part = [UInt8](repeating: 7, count: 1 << 20)
            while (try? near.write(part)) != nil { written.change { $0 += part.count } }
        }
        // It stops by itself: no further step for half a second.
        var last = -1
        while true {
            let now = written.wait(for: .milliseconds(500)) { $0 > last ? $0 : nil }
            guard let now else { break }
            last = now
        }
        // What the systems' buffers take besides, which no stream can know.
        #expect(last <= 40 << 20)
        // Whoever reads again gets all of it.
        #expect(try far.read(last).allSatisfy { $0 == 7 })
        near.close()
        writer.join()
    }

    @Test("wakes who reads and who writes when it is closed")
    func close() throws {
        let (near, far) = try SecurePair().join()
        let outcome = Monitor<PerigeeError?>(nil)
        let reader = Companion {
            do { _ = try near.read(1) } catch { outcome.change { $0 = error as? PerigeeError } }
        }
        #expect(outcome.wait(for: .milliseconds(50)) { $0 } == nil)
        near.close()
        reader.join()
        #expect(outcome.read { $0?.canRetry } == true)
        #expect(throws: PerigeeError.self) { try near.write([1]) }
        #expect(try far.read(1) == [], "the other side reads the end")
        #expect(throws: PerigeeError.self, "and learns when it writes on") {
            for _ in 0..<1_000_000 { try far.write([UInt8](repeating: 0, count: 1 << 20)) }
        }
    }

    @Test("says that nothing came where nothing came in time")
    func patience() throws {
        let (near, far) = try SecurePair().join()
        var byte = [UInt8](repeating: 0, count: 1)
        #expect(try byte.withUnsafeMutableBytes { try near.read(into: $0, for: .milliseconds(20)) } == nil)
        try far.write([9])
        #expect(try near.read(1) == [9])
    }

    @Test("carries a connection of many channels, and ends it in order")
    func connection() throws {
        let seed = Seed.fromEnvironment()
        let streams = try SecurePair().join()
        let pair = try ConnectedPair(over: (streams.near, streams.far))
        let echo = Companion {
            try? WireServer([Echo()]).serve(pair.responder)
            pair.responder.close()
        }
        try Crew.run(4) { index in
            var seed = Seed(seed.value &+ UInt64(index))
            let channel = try pair.initiator.open("echo")
            for _ in 0..<20 {
                let bytes = seed.bytes(Int.random(in: 0...300_000, using: &seed))
                try channel.send(1, bytes)
                #expect(try channel.receive()?.bytes == bytes, "seed \(seed.value)")
            }
            channel.finish()
        }
        pair.initiator.close()
        echo.join()
        #expect(pair.initiator.traffic.sent == pair.responder.traffic.received)
    }
}

/// Sends back what it gets.
private struct Echo: WireService {
    let name = "echo"
    func serve(_ channel: Channel) throws {
        while let message = try channel.receive() { try channel.send(message.kind, message.bytes) }
    }
}
