import Agents
import Content
import Files
import Model
import Replication
import Sites
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

    @Test("is carried by further ones once much has crossed, and is whole")
    func carried() throws {
        let way = try SlowPort(to: site.address.port, milliseconds: 4)
        let connection = try site.connect(by: way)
        defer { connection.close() }
        let channel = try connection.open("probe")
        var seed = Seed.fromEnvironment()
        let end = ContinuousClock.now + .seconds(120)
        var rounds = 0
        while ContinuousClock.now < end, rounds < 20 {
            let bytes = seed.bytes(1 << 20)
            try channel.send(1, bytes)
            #expect(try channel.receive()?.bytes == bytes, "seed \(seed.value)")
            if way.count.read({ $0 }) == 4 { rounds += 1 }
        }
        #expect(rounds == 20)
        channel.finish()
        // They are told as one.
        #expect(site.notices.read { $0 }.filter { $0.contains("has connected") }.count == 1)
    }

    @Test("is carried by one where little crosses, or the way is short")
    func alone() throws {
        for (milliseconds, count) in [(4, 3), (0, 12)] {
            let way = try SlowPort(to: site.address.port, milliseconds: milliseconds)
            let connection = try site.connect(by: way)
            let channel = try connection.open("probe")
            for _ in 0..<count {
                try channel.send(1, [UInt8](repeating: 1, count: 1 << 19))
                #expect(try channel.receive()?.count == 1 << 19)
            }
            channel.finish()
            connection.close()
            #expect(way.count.read { $0 } == 1)
        }
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
        #expect(way.count.read { $0 } == 4)
        #expect(!site.notices.read { $0 }.contains { $0.contains("refused") })
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
            let got = try? withUnsafeMutableBytes(of: &byte) { try stream.read(into: $0, for: .seconds(60)) }
            #expect(got == nil || got == 0, "it is closed")
        }
        #expect(
            site.notices.wait(for: .seconds(120)) { notices in
                notices.filter { $0.contains("a strand of no connection") }.count == 2 ? true : nil
            } == true)
        #expect(try ExportQuery(connection).all().count == 4)
    }

    @Test("is refused with a word where a site has as many as it may, and others are not")
    func tooMany() throws {
        var held = try (0..<16).map { _ in try site.connect() }
        // Each is served by now.
        for connection in held { _ = try ExportQuery(connection).all() }
        let refused = try error { _ = try ExportQuery(site.connect()).all() }
        #expect(refused.code == .limit && refused.canRetry, "\(refused)")
        let other = try SiteKey.generate()
        try site.far.book.add(
            TrustEntry(name: "other", identity: other.identity, rights: [.read], added: Timestamp(seconds: 0)),
            replacing: false)
        let dialer = AgentDialer(try SecureSettings(other), trusting: site.near.book)
        #expect(try ExportQuery(dialer.connect(to: site.address, options: WireOptions())).all().count == 4)
        held.removeLast().close()
        let more = Monitor(())
        var found: Int?
        for _ in 0..<200 where found == nil {
            found = try? ExportQuery(site.connect()).all().count
            _ = more.wait(for: .milliseconds(20)) { _ in nil as Void? }
        }
        #expect(found == 4)
    }
}
