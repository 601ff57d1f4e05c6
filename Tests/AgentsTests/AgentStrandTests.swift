import Agents
import Content
import Files
import Model
import Replication
import Sites
import Storage
import TestSupport
import Testing
import Transport
import Trust
import Wire
import Workers

@Suite("A connection to an agent over a long way")
struct AgentStrandTests {
    private let site: AgentSite

    init() throws { site = try AgentSite() }

    private func error(_ body: () throws -> Void) throws -> PerigeeError {
        try #require(throws: PerigeeError.self) { try body() }
    }

    /// Those of the connections by `way` that have carried blocks, more than any handshake has: all may, or the first four.
    private func carrying(_ way: SlowPort) -> [Int] {
        way.passed.read { passed in passed.indices.filter { passed[$0] > 256 << 10 } }
    }

    private func echo(_ channel: Channel, _ bytes: [UInt8]) throws {
        try channel.send(1, bytes)
        #expect(try channel.receive()?.bytes == bytes)
    }

    @Test("is carried by further ones once much has crossed, and is whole")
    func carried() throws {
        let way = try SlowPort(to: site.address.port, milliseconds: 4)
        let connection = try site.connect(by: way)
        defer { connection.close() }
        try carry(connection, by: way)
        // They are told as one.
        #expect(site.notices.read { $0 }.filter { $0.contains("connected") || $0.contains("strand") }.count == 1)
    }

    /// Has much cross until it is carried by several.
    private func carry(_ connection: Connection, by way: SlowPort) throws {
        let channel = try connection.open("probe")
        var seed = Seed.fromEnvironment()
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end, carrying(way).count < 4 { try echo(channel, seed.bytes(1 << 20)) }
        #expect(carrying(way).count >= 4, "\(way.passed.read { $0 })")
        channel.finish()
    }

    @Test("is carried by further ones beyond a relay, which has passed on nothing more once it ends")
    func relayed() throws {
        let way = try SlowPort(to: site.address.port, milliseconds: 4)
        let relay = try AgentSite(rights: [.relay], beside: site, relayingTo: ["127.0.0.1:\(way.port)"])
        let connection = try site.connect(by: way, via: relay)
        try carry(connection, by: way)
        connection.close()
        let left = relay.notices.wait(for: .seconds(120)) { $0.contains { $0.contains("near has left") } ? true : nil }
        #expect(left == true, "\(relay.notices.read { $0 })")
    }

    @Test("ends where one of them is cut, and is made again")
    func cut() throws {
        let ways = Monitor<[SlowPort]>([])
        let site = site
        let dialer = Dialer {
            let way = try SlowPort(to: site.address.port, milliseconds: 4)
            ways.change { $0.append(way) }
            return try site.connect(by: way)
        }
        defer { dialer.close() }
        let store = ResumingStore(
            RemoteStore(dialer, path: "vault", name: "vault", create: true), clock: SystemStoreClock())
        var seed = Seed.fromEnvironment()
        let key = try #require(BlobKey("packs/a"))
        let bytes = seed.bytes(48 << 20)
        let cutting = Companion {
            let end = ContinuousClock.now + .seconds(120)
            while ContinuousClock.now < end {
                if let way = ways.read({ $0.first }), let last = carrying(way).last, last > 0 { return way.cut(last) }
                _ = ways.wait(for: .milliseconds(2)) { _ in nil as Void? }
            }
        }
        try store.put(key, bytes, if: .always)
        for _ in 0..<20 where ways.read({ $0.count }) == 1 { try store.put(key, bytes, if: .always) }
        cutting.join()
        #expect(ways.read { $0.count } > 1, "it was never cut: \(ways.read { $0.map { $0.passed.read { $0 } } })")
        #expect(try store.get(key, limit: ByteCount(UInt64(bytes.count))) == bytes, "seed \(seed.value)")
    }

    @Test("is carried by one where little crosses")
    func alone() throws {
        let way = try SlowPort(to: site.address.port, milliseconds: 4)
        let connection = try site.connect(by: way)
        let channel = try connection.open("probe")
        for _ in 0..<3 { try echo(channel, [UInt8](repeating: 1, count: 1 << 19)) }
        channel.finish()
        connection.close()
        #expect(way.passed.read { $0.count } == 1)
    }

    @Test("is carried by further ones where an agent sends to another on a grant, which lets them in too")
    func granted() throws {
        let from = try AgentSite(rights: [.read, .grant], beside: site)
        try site.trust([.write, .grant])
        let way = try SlowPort(to: site.address.port, milliseconds: 4)
        var seed = Seed.fromEnvironment()
        for index in 0..<24 {
            let file = try OpenFile(writing: "\(from.folder.path("tree"))/f\(index)")
            try seed.bytes(2 << 20).withUnsafeBytes { try file.write($0) }
        }
        let grant = try Grant(
            subject: from.far.key.identity, audience: site.far.key.identity, export: "tree", rights: [.write],
            at: SystemClock.now(), lifetime: 600, by: site.near.key)
        let receiver = try site.connect()
        try GrantQuery(receiver).announce(grant.bytes)
        let job = SendJob(
            path: "tree", source: "perigee://a/tree", address: "127.0.0.1:\(way.port)",
            identity: "\(site.far.key.identity)", grant: grant.bytes, target: "tree",
            wishes: TreeJob.Wishes(SyncOptions(), compression: .stored, generations: false))
        _ = try RemoteSend(from.connect()).run(job, Progress(), until: StopFlag())
        #expect(try TreeComparison.differences(from.folder.path("tree"), site.folder.path("tree")) == [])
        #expect(way.passed.read { $0.count } >= 4)
        #expect(!site.notices.read { $0 }.contains { $0.contains("refused") || $0.contains("not trusted") })
    }

    @Test("is joined by nobody but its own site, who knows the name")
    func stranger() throws {
        let connection = try site.connect()
        let name = String(decoding: try #require(try connection.open("strands").receive()).bytes, as: UTF8.self)
        let other = try SiteKey.generate()
        try site.far.book.add(
            TrustEntry(name: "other", identity: other.identity, rights: [.read], added: Timestamp(seconds: 0)),
            replacing: false)
        for (key, name) in [(other, name), (site.near.key, String(name.reversed())), (site.near.key, "")] {
            let stream = try SecureDialer(SecureSettings(key)).connect(to: site.address) { _ in }
            try StrandDesk.ask(name, by: stream)
            if name.isEmpty { stream.finishWriting() }
            var byte: UInt8 = 0
            let got = Result { try withUnsafeMutableBytes(of: &byte) { try stream.read(into: $0, for: .seconds(60)) } }
            // Closed in order, or not.
            if case .success(let count) = got { #expect(count == 0) }
        }
        #expect(
            site.notices.wait(for: .seconds(120)) { notices in
                let told = notices.count { $0.contains("a strand of no connection") }
                return told == 2 && notices.contains { $0.contains("too little came") } ? true : nil
            } == true)
        #expect(try ExportQuery(connection).all().count == 4)
    }

    @Test("lets nobody begin another who may only carry the one that it has")
    func entranceOnly() throws {
        // The near site may do nothing here but what a grant says, and has used it.
        let other = try AgentSite(rights: [.read, .grant], beside: site)
        let alone = try AgentSite(rights: [], beside: other)
        let granting = try SiteKey.generate()
        try alone.far.book.add(
            TrustEntry(
                name: "granting", identity: granting.identity, rights: [.write, .grant], added: Timestamp(seconds: 0)),
            replacing: false)
        let grant = try Grant(
            subject: site.near.key.identity, audience: alone.far.key.identity, export: "tree", rights: [.write],
            at: SystemClock.now(), lifetime: 600, by: granting)
        let book = TrustBook(TrustFolder(state: site.folder.path("granting")))
        try book.add(
            TrustEntry(
                name: "alone", identity: alone.far.key.identity, addresses: ["\(alone.address)"],
                added: Timestamp(seconds: 0)), replacing: false)
        let announcing = try AgentDialer(SecureSettings(granting), trusting: book).connect(
            to: alone.address, options: WireOptions())
        try GrantQuery(announcing).announce(grant.bytes)
        let first = try alone.connect()
        let entrance = try first.open("strands")
        #expect(try entrance.receive()?.count == 64)
        try GrantQuery(first).use(grant.bytes)
        let refused = try error { _ = try ExportQuery(alone.connect()).all() }
        #expect(refused.code == .io || refused.code == .denied, "\(refused)")
        #expect(
            alone.notices.wait(for: .seconds(120)) { notices in
                notices.contains { $0.contains("not trusted here") } ? true : nil
            } == true)
        withExtendedLifetime(entrance) {}
        #expect(try ExportQuery(first).all().count == 1, "the one that it has works")
    }

    @Test("is refused with a word where a site has as many as it may, and others are not")
    func tooMany() throws {
        var held = try (0..<16).map { _ in try site.connect() }
        // Each is served by now.
        for connection in held { _ = try ExportQuery(connection).all() }
        let refused = try error { _ = try ExportQuery(site.connect()).all() }
        #expect(refused.code == .limit && refused.canRetry, "\(refused)")
        #expect(
            site.notices.wait(for: .seconds(120)) { notices in
                notices.contains { $0.contains("too many connections") } ? true : nil
            } == true)
        // Who asks again gets in once there is room, by a connection that it makes anew.
        let dialer = Dialer { [site] in try site.connect() }
        defer { dialer.close() }
        #expect(throws: PerigeeError.self) { _ = try ExportQuery(dialer.connection()).all() }
        let other = try SiteKey.generate()
        try site.far.book.add(
            TrustEntry(name: "other", identity: other.identity, rights: [.read], added: Timestamp(seconds: 0)),
            replacing: false)
        let theirs = AgentDialer(try SecureSettings(other), trusting: site.near.book)
        #expect(try ExportQuery(theirs.connect(to: site.address, options: WireOptions())).all().count == 4)
        held.removeLast().close()
        let more = Monitor(())
        var found: Int?
        for _ in 0..<600 where found == nil {
            found = try? ExportQuery(dialer.connection()).all().count
            _ = more.wait(for: .milliseconds(50)) { _ in nil as Void? }
        }
        #expect(found == 4)
        // One that is turned away, and does not go, holds up nobody who stops the agent.
        let left = try site.connect()
        site.end()
        withExtendedLifetime((held, left)) {}
    }
}
