import Model
import Synchronization
import TestSupport
import Testing
import Wire
import Workers

@Suite("A side that does not wait for the other's hello")
struct EarlyTests {
    private let near: InProcessStream
    private let far: RawPeer

    init() {
        let ends = InProcessStream.pair(capacity: 8 << 20)
        (near, far) = (ends.first, RawPeer(ends.second))
    }

    private func connect() throws -> Connection {
        var options = WireOptions()
        options.awaitsHello = false
        options.helloWait = .seconds(60)
        return try Connection(near, role: .initiator, options: options)
    }

    @Test("sends what it has to say first along with its own")
    func sendsAlong() throws {
        let connection = try connect()
        let channel = try connection.open("test", [1, 2])
        try channel.send(7, [3, 4, 5])
        _ = try far.readHello()
        #expect(try far.receive().payload == RawPeer.little(UInt16(4)) + Array("test".utf8) + [1, 2])
        let message = try far.receive()
        #expect(message.messageKind == 7 && message.payload == [3, 4, 5])
        try far.write(RawPeer.hello(role: 1))
        try far.send(2, channel: 1, messageKind: 9, [6])
        let answer = try #require(try channel.receive())
        #expect(answer.kind == 9 && answer.bytes == [6])
        #expect(try connection.hello.program == "raw")
    }

    @Test("keeps to what every hello allows until it knows better")
    func keepsToTheLeast() throws {
        let connection = try connect()
        let channel = try connection.open("test")
        let sent = Atomic(0)
        let sender = Companion {
            for count in [4000, 5000] {
                guard (try? channel.send(1, [UInt8](repeating: 1, count: count))) != nil else { return }
                sent.wrappingAdd(1, ordering: .sequentiallyConsistent)
            }
        }
        defer { sender.join() }
        _ = try far.readHello()
        #expect(try far.receive().kind == 1)
        #expect(try far.receive().payload.count == 4000)
        // Longer than what every side takes.
        #expect(sent.load(ordering: .sequentiallyConsistent) <= 1)
        try far.write(RawPeer.hello(role: 1))
        #expect(try far.receive().payload.count == 5000)
    }

    @Test("waits with its seventeenth channel")
    func waitsWithChannels() throws {
        let connection = try connect()
        let opener = Companion {
            // Kept: a channel that is dropped ends.
            let channels = (0..<17).map { _ in try? connection.open("test") }
            for channel in channels { try? channel?.send(1, [UInt8(1)]) }
        }
        defer { opener.join() }
        _ = try far.readHello()
        try far.write(RawPeer.hello(role: 1))
        var opened: Set<UInt32> = []
        while opened.count < 17 {
            let frame = try far.receive()
            if frame.kind == 1 { opened.insert(frame.channel) }
        }
        #expect(opened == Set((0..<17).map { UInt32(2 * $0 + 1) }))
    }

    @Test("has as much credit as if it had waited")
    func hasAllCredit() throws {
        let connection = try connect()
        let channel = try connection.open("test")
        _ = try far.readHello()
        try far.write(RawPeer.hello(role: 1, window: 1 << 20))
        _ = try connection.hello
        // With what every hello allows alone, the second would wait for ever.
        for _ in 0..<4 { try channel.send(1, [UInt8](repeating: 1, count: 250_000)) }
        connection.leave()
    }

    @Test("throws from its channels why the other would not begin, which waiting does not mend")
    func saysWhy() throws {
        let connection = try connect()
        let channel = try connection.open("test")
        try far.write(Array("Welcome to far.example\nToday is a nice day\n".utf8))
        far.stream.finishWriting()
        let error = try #require(throws: PerigeeError.self) { try channel.receive() }
        #expect(error.code == .format && error.message.contains("Welcome to far.example") && !error.canRetry)
        #expect(throws: PerigeeError.self) { try connection.hello }
    }

    @Test("learns of an end before a hello, which waiting does not mend")
    func learnsOfAnEnd() throws {
        let connection = try connect()
        let channel = try connection.open("test")
        far.stream.close()
        let error = try #require(throws: PerigeeError.self) { try channel.receive() }
        #expect(error.code == .io && !error.canRetry)
    }

    @Test("ends the connection with a side that gives less credit than every hello does")
    func refusesLittleCredit() throws {
        let connection = try connect()
        let channel = try connection.open("test")
        try far.write(RawPeer.hello(role: 1, window: 4096))
        let error = try #require(throws: PerigeeError.self) { try channel.receive() }
        #expect(error.message.contains("credit"))
    }

    @Test("leaves with a goodbye, and waits for none")
    func leaves() throws {
        let connection = try connect()
        _ = try far.readHello()
        try far.write(RawPeer.hello(role: 1))
        _ = try connection.hello
        connection.leave()
        #expect(try far.receive().kind == 8)
    }
}
