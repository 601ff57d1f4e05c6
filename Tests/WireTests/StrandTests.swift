import Model
import TestSupport
import Testing
import Wire
import Workers

@Suite("A connection that is carried by several strands")
struct StrandTests {
    /// Strands between the two sides of `pair`, of so many bytes each.
    private func add(_ capacities: [Int], to pair: ConnectedPair) throws -> [(InProcessStream, InProcessStream)] {
        try capacities.map { capacity in
            let ends = InProcessStream.pair(capacity: capacity)
            try pair.initiator.add(strand: ends.first)
            try pair.responder.add(strand: ends.second)
            return (ends.first, ends.second)
        }
    }

    @Test("brings all messages both ways in order, from the first on, whatever each strand lets pass")
    func order() throws {
        let pair = try ConnectedPair(over: InProcessStream.pair(capacity: 5000))
        let (near, far) = try pair.channel()
        var seed = Seed.fromEnvironment()
        let messages = (0..<120).map { _ in seed.bytes(Int(seed.next() % (seed.next() % 8 == 0 ? 700_000 : 3000))) }
        let number = seed.value
        try Crew.run(5) { index in
            switch index {
            case 0: for message in messages { try near.send(1, message) }
            case 1: for message in messages { try far.send(2, message) }
            case 2: for message in messages { #expect(try near.receive()?.bytes == message, "seed \(number)") }
            case 3: for message in messages { #expect(try far.receive()?.bytes == message, "seed \(number)") }
            // While they are on their way.
            default: _ = try add([300, 64 << 10, 1 << 20], to: pair)
            }
        }
        let closing = Companion { pair.responder.close() }
        pair.initiator.close()
        closing.join()
        #expect(pair.initiator.failure == nil || pair.responder.failure == nil)
    }

    @Test("ends with it where one of them is cut, and can be made again")
    func cut() throws {
        let pair = try ConnectedPair()
        let (near, far) = try pair.channel()
        let strands = try add([64 << 10, 64 << 10], to: pair)
        try near.send(1, [UInt8](repeating: 7, count: 300_000))
        #expect(try far.receive()?.count == 300_000)
        strands[1].0.close()
        let error = try #require(throws: PerigeeError.self) {
            while true { try near.send(1, [UInt8](repeating: 7, count: 300_000)) }
        }
        #expect(error.code == .io && error.canRetry, "\(error)")
        #expect(throws: PerigeeError.self) { while try far.receive() != nil {} }
    }

    @Test("refuses more of them than there may be, and goes on")
    func tooMany() throws {
        let pair = try ConnectedPair()
        let (near, far) = try pair.channel()
        _ = try add(Array(repeating: 4096, count: WireLimits.strandsMax), to: pair)
        #expect(throws: PerigeeError.self) { try pair.initiator.add(strand: InProcessStream.pair().first) }
        try near.send(1, [1, 2, 3])
        #expect(try far.receive()?.bytes == [1, 2, 3])
    }

    @Test("is written in blocks before a strand has come where the other side says that some are on their way")
    func coming() throws {
        let (connection, peer) = try RawPeer.connected()
        let serving = Companion { try? WireServer([StrandService.byDoor, ProbeService()]).serve(connection) }
        defer {
            peer.stream.close()
            serving.join()
        }
        try peer.open(1, "strands")
        let door = try peer.receive()
        #expect(door.kind == 2 && door.messageKind == 1 && door.payload.starts(with: Array("perigee-".utf8)))
        try peer.send(2, channel: 1, messageKind: 2)
        #expect(try peer.receive().kind == 9)
        // What it answers comes as a block of the one strand that there is: a header, then a frame that bears the next number.
        try peer.open(3, "probe")
        try peer.send(2, channel: 3, messageKind: 1, [1, 2, 3])
        let answer = RawPeer.frame(2, channel: 3, messageKind: 2, [1, 2, 3], number: 2)
        #expect(try peer.read(16 + answer.count) == block(0, answer))
        // A second word of it is of no effect.
        try peer.send(2, channel: 1, messageKind: 2)
        try peer.send(2, channel: 3, messageKind: 1, [4])
        let next = RawPeer.frame(2, channel: 3, messageKind: 2, [4], number: 3)
        #expect(try peer.read(16 + next.count) == block(1, next))
    }

    @Test("has what waited to be written leave by a strand that comes later")
    func waiting() throws {
        // The stream itself takes nearly nothing until it is read.
        let ends = InProcessStream.pair(capacity: 4096)
        let pair = try ConnectedPair(over: ends)
        let (near, far) = try pair.channel()
        try pair.initiator.awaitStrands()
        var seed = Seed.fromEnvironment()
        let message = seed.bytes(200_000)
        try near.send(1, message)
        _ = try add([1 << 20, 1 << 20], to: pair)
        #expect(try far.receive()?.bytes == message, "seed \(seed.value)")
        try far.send(1, message)
        #expect(try near.receive()?.bytes == message, "seed \(seed.value)")
    }

    /// What a connection ends with whose other side goes over to strands, and then sends `blocks`.
    private func fault(_ blocks: [UInt8]) throws -> PerigeeError {
        let (connection, peer) = try RawPeer.connected()
        try peer.send(9)
        try? peer.write(blocks)
        peer.stream.finishWriting()
        return try #require(throws: PerigeeError.self) { while try connection.accept() != nil {} }
    }

    private func block(_ number: UInt64, _ bytes: [UInt8], count: UInt32? = nil, isSound: Bool = true) -> [UInt8] {
        let header = RawPeer.little(number) + RawPeer.little(count ?? UInt32(bytes.count))
        return header + RawPeer.little(RawPeer.crc(header) ^ (isSound ? 0 : 1)) + bytes
    }

    @Test("is ended by blocks that cannot be")
    func hostile() throws {
        let goodbye = RawPeer.frame(8, number: 1)
        #expect(try fault(block(0, [1], isSound: false)).code == .damaged)
        #expect(try fault(block(0, [], count: 1 << 30)).code == .limit)
        #expect(try fault(block(1, [1]) + block(1, [1])).code == .format, "twice")
        #expect(try fault(block(0, RawPeer.frame(9, number: 1))).code == .format, "over to strands once more")
        #expect(try fault(block(3, [1]) + block(2, [], count: 0)).code == .format, "behind the last")
        #expect(try fault(Array(block(0, goodbye).dropLast(3))).code == .io, "cut")
        #expect(try fault(block(0, Array(goodbye.reversed()))).code == .damaged)
        // One that comes before what precedes it waits, and what is in order works.
        let (connection, peer) = try RawPeer.connected()
        try peer.send(9)
        try peer.write(block(1, Array(goodbye[10...])) + block(0, Array(goodbye[..<10])))
        #expect(try connection.accept() == nil)
    }

    @Test("comes in by a name that was told on the connection, from whom that is, and is turned away otherwise")
    func desk() throws {
        let (connection, peer) = try RawPeer.connected()
        let desk = StrandDesk()
        let serving = Companion {
            try? WireServer([StrandService.byDesk(desk, of: "us"), ProbeService()]).serve(connection)
        }
        defer {
            peer.stream.close()
            serving.join()
        }
        try peer.open(1, "strands")
        let name = String(decoding: try peer.receive().payload, as: UTF8.self)
        #expect(name.count == 64)
        func join(_ name: String, of owner: String) throws -> InProcessStream {
            let ends = InProcessStream.pair()
            try StrandDesk.ask(name, by: ends.first)
            try desk.join(ends.second, of: owner, within: .seconds(60))
            return ends.first
        }
        for (name, owner) in [
            (name, "others"), (String(name.reversed()), "us"), (String(repeating: "0", count: 64), "us"),
        ] {
            let error = try #require(throws: PerigeeError.self) { _ = try join(name, of: owner) }
            #expect(error.code == .refused, "\(error)")
        }
        // One that says too little, and one that goes.
        let mute = InProcessStream.pair()
        #expect(throws: PerigeeError.self) { try desk.join(mute.second, of: "us", within: .milliseconds(10)) }
        mute.first.close()
        let strand = try join(name, of: "us")
        var greeting = [UInt8](repeating: 0, count: 8)
        #expect(try greeting.withUnsafeMutableBytes { try strand.read(into: $0, for: .seconds(60)) } == 8)
        #expect(greeting == Array("PERIGEE\u{1a}".utf8))
        #expect(try peer.receive().kind == 9, "from here on it writes blocks")
        // By when the channel is finished nobody comes in any more.
        try peer.send(4, channel: 1)
        #expect(holds { (try? join(name, of: "us")) == nil })
        #expect(throws: PerigeeError.self) { _ = try join(name, of: "us") }
    }

    /// Whether `condition` comes to hold.
    private func holds(_ condition: () -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(120)
        while !condition(), ContinuousClock.now < end {
            _ = Monitor(()).wait(for: .milliseconds(5)) { _ in nil as Void? }
        }
        return condition()
    }

    /// Sends 400 blocks of a byte by a strand of `connection`, all of them before what precedes them; who writes them, and whether
    /// all were taken.
    private func sendEarly(_ connection: Connection) throws -> (writing: Companion, areTaken: Monitor<Bool>) {
        let ends = InProcessStream.pair(capacity: 256)
        try connection.add(strand: ends.second)
        let blocks = (1...400).flatMap { block($0, [1]) }
        let areTaken = Monitor(false)
        let writing = Companion {
            guard (try? blocks.withUnsafeBytes { try ends.first.write($0) }) != nil else { return }
            areTaken.change { $0 = true }
        }
        return (writing, areTaken)
    }

    @Test("takes what it holds of one budget, and gives it back")
    func budget() throws {
        let budget = WireBudget(3 << 20)
        var options = WireOptions()
        options.early = budget
        for _ in 0..<3 {
            let (connection, peer) = try RawPeer.connected(options)
            let (writing, areTaken) = try sendEarly(connection)
            // As long as nobody reads blocks, only what each may.
            #expect(areTaken.wait(for: .milliseconds(100)) { $0 ? true : nil } == nil && budget.remaining == 3 << 20)
            try peer.send(9)
            #expect(holds { budget.remaining == 0 })
            connection.abort(PerigeeError(.interrupted, "done"))
            writing.join()
            #expect(budget.remaining == 3 << 20)
            peer.stream.close()
        }
    }

    @Test("holds only so many blocks ahead of what is missing, however few bytes are in them")
    func ahead() throws {
        let (connection, peer) = try RawPeer.connected()
        defer { peer.stream.close() }
        let (writing, areTaken) = try sendEarly(connection)
        #expect(areTaken.wait(for: .milliseconds(300)) { $0 ? true : nil } == nil)
        connection.abort(PerigeeError(.interrupted, "done"))
        writing.join()
    }
}
