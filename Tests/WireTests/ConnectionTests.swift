import Model
import TestSupport
import Testing
import Wire
import Workers

@Suite("Connections")
struct ConnectionTests {
    @Test("What one side sends, the other receives: in order, whole, with its kind, and then the end")
    func messages() throws {
        let pair = try ConnectedPair()
        let near = try pair.initiator.open("echo", Array("hello".utf8))
        let far = try #require(try pair.responder.accept())
        #expect(far.service == "echo")
        #expect(far.opening == Array("hello".utf8))
        var seed = Seed.fromEnvironment()
        let messages = [0, 1, 63, 1024, 65_537, WireLimits.messageMax].map { seed.bytes($0) }
        let number = seed.value
        try Crew.run(2) { index in
            if index == 0 {
                for (kind, message) in messages.enumerated() { try near.send(UInt8(kind), message) }
                near.finish()
                var echoed: [[UInt8]] = []
                while let message = try near.receive() { echoed.append(message.bytes) }
                #expect(echoed == messages, "seed \(number)")
            } else {
                var count = 0
                while let message = try far.receive() {
                    #expect(message.kind == UInt8(count))
                    #expect(message.count == messages[count].count)
                    try message.withBytes { try far.send(message.kind, [$0]) }
                    count += 1
                }
                far.finish()
            }
        }
    }

    @Test("An orderly close ends accept with nil and what is open with an error")
    func orderlyClose() throws {
        let pair = try ConnectedPair()
        let (near, far) = try pair.channel()
        try near.send(7)
        #expect(try far.receive()?.kind == 7)
        pair.initiator.close()
        #expect(try pair.responder.accept() == nil)
        #expect(throws: PerigeeError.self) { try far.receive() }
        #expect(throws: PerigeeError.self) { try near.send(1) }
        #expect(pair.responder.failure == nil)
    }

    @Test("A channel that is reset gives its error to the other side, and other channels go on")
    func reset() throws {
        let pair = try ConnectedPair()
        let first = try pair.channel("first")
        let second = try pair.channel("second")
        first.far.reset(PerigeeError(.noSpace, "no room", at: "/there", remedy: "make some", canRetry: true))
        let error = try #require(throws: PerigeeError.self) { try first.near.receive() }
        #expect(error.code == .noSpace)
        #expect(error.message == "no room")
        #expect(error.place == "the second end: /there")
        #expect(error.remedy == "make some")
        #expect(error.canRetry)
        try second.near.send(1, [5])
        #expect(try second.far.receive()?.bytes == [5])
    }

    @Test("Both sides learn who the other is, and all bytes are counted as they cross")
    func hello() throws {
        var options = WireOptions()
        (options.name, options.program) = ("a site", "1.2.3")
        let pair = try ConnectedPair(over: InProcessStream.pair(), options)
        #expect(try pair.responder.hello.name == "a site")
        #expect(try pair.responder.hello.program == "1.2.3")
        #expect(try pair.responder.hello.role == .initiator)
        let (near, far) = try pair.channel()
        let before = pair.initiator.traffic.sent
        try near.send(1, [1, 2, 3])
        _ = try far.receive()
        #expect(pair.initiator.traffic.sent - before == 23)
        pair.initiator.close()
        // The last frame, which says that there are no more, is read by a thread of the other side.
        while try pair.responder.accept() != nil {}
        #expect(pair.initiator.traffic.sent == pair.responder.traffic.received)
        #expect(pair.initiator.traffic.received == pair.responder.traffic.sent)
    }

    @Test("Both sides may close at once: each says goodbye once, and neither fails")
    func closeAtOnce() throws {
        for _ in 0..<200 {
            let pair = try ConnectedPair(over: InProcessStream.pair())
            let sides = [pair.initiator, pair.responder]
            try Crew.run(2) { sides[$0].close() }
            #expect(sides.allSatisfy { $0.failure == nil })
            #expect(pair.initiator.traffic.sent == pair.responder.traffic.received)
            #expect(pair.initiator.traffic.received == pair.responder.traffic.sent)
        }
    }
}
