import Model
import Storage
import TestSupport
import Testing
import Wire
import Workers

@Suite("A faulty link")
struct LinkFaultTests {
    /// What a store at the other end of links with the given faults is left with: each connection gets the next fault.
    private func outcome(_ faults: [LinkFaults], _ seed: Seed) throws -> (store: MemoryStore, failures: Int) {
        let store = MemoryStore()
        let left = Monitor((faults: faults, seed: seed, dialled: 0))
        // Where bytes are missing, the other side waits for more: only the silence tells.
        var options = WireOptions()
        (options.keepAlive, options.stall) = (.milliseconds(100), .milliseconds(600))
        let site = BlobSite(store, options: options) {
            left.change { left in
                left.dialled += 1
                let next = left.faults.isEmpty ? LinkFaults() : left.faults.removeFirst()
                return SimulatedStream.pair(&left.seed, first: next, second: LinkFaults())
            }
        }
        let dialer = site.dialer()
        let remote = ResumingStore(RemoteStore(dialer, path: "/", name: "there"), clock: ManualClock())
        try Self.work(remote)
        dialer.close()
        return (store, left.read { $0.dialled - 1 })
    }

    /// Something of everything.
    private static func work(_ store: any BlobStore) throws {
        var bytes = Seed(5)
        let staging = try store.stage()
        for _ in 0..<5 { try bytes.bytes(9000).withUnsafeBytes { try staging.append($0) } }
        try staging.commit(as: key("packs/one"), if: .absent)
        let version = try store.put(key("refs/a"), bytes.bytes(70), if: .absent)
        try store.put(key("refs/a"), bytes.bytes(80), if: .matches(version))
        #expect(try store.list("", after: nil, limit: 10).map(\.key.text) == ["packs/one", "refs/a"])
        #expect(try store.get(key("packs/one"), limit: ByteCount(100_000)).count == 45_000)
        try store.put(key("gone"), [1], if: .always)
        try store.delete(key("gone"))
    }

    private static func key(_ text: String) throws -> BlobKey { try #require(BlobKey(text)) }

    private func expectWhole(_ store: MemoryStore, _ note: String) throws {
        let expected = MemoryStore()
        try Self.work(expected)
        #expect(
            try store.list("", after: nil, limit: 10).map(\.key) == expected.list("", after: nil, limit: 10).map(\.key))
        for info in try expected.list("", after: nil, limit: 10) {
            let limit = ByteCount(100_000)
            #expect(try store.get(info.key, limit: limit) == expected.get(info.key, limit: limit), "\(note)")
        }
    }

    /// How many bytes the work writes over a link without faults.
    private static let length = 46_500

    @Test("cut anywhere: the work goes on over the next connection, and comes to the same")
    func cuts() throws {
        var seed = Seed.fromEnvironment()
        var cut = 0
        for _ in 0..<60 {
            var faults = LinkFaults()
            // Not within the first hello: a first connection that fails is not tried again.
            faults.cutAfter = Int.random(in: 60..<Self.length, using: &seed)
            var second = LinkFaults()
            second.cutAfter = Int.random(in: 0..<Self.length, using: &seed)
            let (store, failures) = try outcome([faults, second], seed)
            if failures > 0 { cut += 1 }
            try expectWhole(store, "seed \(seed.value), cut after \(faults.cutAfter ?? 0), \(second.cutAfter ?? 0)")
        }
        #expect(cut > 50)
    }

    @Test("that flips, loses or repeats bytes is found out, and the work comes to the same over the next connection")
    func corruption() throws {
        var seed = Seed.fromEnvironment()
        for round in 0..<30 {
            var faults = LinkFaults()
            let start = Int.random(in: 60..<Self.length - 2000, using: &seed)
            let range = start..<(start + Int.random(in: 1...1500, using: &seed))
            switch round % 3 {
            case 0: faults.corruptAt = start
            case 1: faults.lost = range
            default: faults.repeated = range
            }
            let (store, failures) = try outcome([faults], seed)
            #expect(failures >= 1, "seed \(seed.value), \(faults)")
            try expectWhole(store, "seed \(seed.value), \(faults)")
        }
    }

    @Test("that falls silent is given up after the stall, not before a sign of life could come")
    func silence() throws {
        var options = WireOptions()
        (options.keepAlive, options.stall) = (.milliseconds(50), .milliseconds(400))
        var seed = Seed.fromEnvironment()
        var faults = LinkFaults()
        faults.silentAfter = 500
        let pair = try ConnectedPair(over: SimulatedStream.pair(&seed, first: faults), options)
        let (near, far) = try pair.channel()
        try near.send(1, [UInt8](repeating: 0, count: 1000))
        let error = try #require(throws: PerigeeError.self) { try far.receive() }
        #expect(error.code == .io && error.canRetry)
        #expect(error.message.contains("400 ms"))
    }

    @Test("that is only idle is kept alive by signs of life")
    func idle() throws {
        var options = WireOptions()
        (options.keepAlive, options.stall) = (.milliseconds(100), .seconds(60))
        let pair = try ConnectedPair(over: InProcessStream.pair(), options)
        let (near, far) = try pair.channel()
        let before = pair.initiator.traffic
        while pair.initiator.failure == nil, pair.initiator.traffic.received - before.received < 200 {
            SystemStoreClock().sleep(.milliseconds(20))
        }
        #expect(pair.initiator.failure == nil && pair.responder.failure == nil)
        try near.send(1, [4])
        #expect(try far.receive()?.bytes == [4])
    }

    @Test("of which the other side takes nothing is given up, however much it says itself")
    func stuckWriter() throws {
        let ends = InProcessStream.pair(capacity: 4096)
        var options = WireOptions()
        (options.keepAlive, options.stall) = (.milliseconds(50), .milliseconds(300))
        let peer = RawPeer(ends.first)
        try peer.write(RawPeer.hello(window: 1 << 20))
        let connection = try Connection(ends.second, role: .responder, options: options)
        let talker = Companion { while (try? peer.send(7)) != nil { SystemStoreClock().sleep(.milliseconds(10)) } }
        let channel = try connection.open("test")
        let error = try #require(throws: PerigeeError.self) {
            while true { try channel.send(1, [UInt8](repeating: 0, count: 50_000)) }
        }
        #expect(error.message.contains("took nothing"))
        talker.join()
    }
}
