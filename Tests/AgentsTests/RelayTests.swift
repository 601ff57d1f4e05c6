import Agents
import Model
import TestSupport
import Testing
import Trust
import Wire
import Workers

@Suite("A relay")
struct RelayTests {
    private let site: AgentSite

    init() throws { site = try AgentSite() }

    private func relay(
        to destinations: [String]? = nil, rights: Set<TrustEntry.Right> = [.relay], bytesMax: UInt64 = 1 << 40
    ) throws -> AgentSite {
        try AgentSite(
            rights: rights, beside: site, relayingTo: destinations ?? ["\(site.address)"], bytesMax: bytesMax)
    }

    /// Sends so many bytes and gets them back counted.
    private func load(_ connection: Connection, _ count: Int) throws {
        let channel = try connection.open("probe")
        let part = [UInt8](repeating: 1, count: 1 << 16)
        for _ in 0..<count >> 16 { try channel.send(6, part) }
        try channel.send(7)
        let answer = try #require(try channel.receive())
        #expect(answer.kind == 8)
        channel.finish()
    }

    @Test("passes on what it cannot read: both ends prove their keys to each other")
    func passes() throws {
        let relay = try relay()
        let connection = try site.connect(via: relay)
        #expect(try ExportQuery(connection).all().count == 4)
        try load(connection, 4 << 20)
        connection.close()
        #expect(
            site.notices.wait(for: .seconds(120)) { $0.contains { $0.contains("near has left") } ? true : nil } == true)
    }

    @Test("passes on to a site by its identity, at the addresses where it is trusted")
    func byIdentity() throws {
        let relay = try relay(to: ["\(site.far.key.identity)"])
        #expect(try error { _ = try site.connect(via: relay) }.code == .denied)
        try relay.far.book.add(
            TrustEntry(
                name: "site", identity: site.far.key.identity, addresses: ["\(site.address)"],
                added: Timestamp(seconds: 0)), replacing: false)
        #expect(try ExportQuery(site.connect(via: relay)).all().count == 4)
    }

    @Test("passes nothing on to others, or for sites that may not relay")
    func refusals() throws {
        let elsewhere = try relay(to: ["127.0.0.1:1"])
        let unknown = try error { _ = try site.connect(via: elsewhere) }
        #expect(unknown.code == .denied && unknown.message.contains("nothing is passed on"), "\(unknown)")
        #expect(try error { _ = try site.connect(via: relay(to: [])) }.code == .denied)
        #expect(try error { _ = try site.connect(via: relay(rights: [.read, .write, .grant])) }.code == .denied)
    }

    @Test("says so where nobody answers at the other end, and where another key does")
    func otherEnd() throws {
        let relay = try relay()
        _ = try site.near.book.remove("far")
        try site.near.book.add(
            TrustEntry(
                name: "far", identity: SiteKey.generate().identity, addresses: ["\(site.address)"],
                added: Timestamp(seconds: 0)), replacing: false)
        let changed = try error { _ = try site.connect(via: relay) }
        #expect(changed.code == .refused && changed.message.contains("another key"), "\(changed)")
        site.end()
        let away = try error { _ = try site.connect(via: relay) }
        #expect([.io, .refused].contains(away.code), "\(away)")
    }

    @Test("passes on so many bytes and no more")
    func bytes() throws {
        let relay = try relay(bytesMax: 2 << 20)
        let connection = try site.connect(via: relay)
        try load(connection, 1 << 20)
        let cut = try error { try load(connection, 8 << 20) }
        #expect(cut.canRetry, "\(cut)")
        #expect(try ExportQuery(site.connect(via: relay)).all().count == 4, "another connection works")
    }

    @Test("ends what it relays when it is stopped")
    func stop() throws {
        let relay = try relay()
        let connection = try site.connect(via: relay)
        let channel = try connection.open("probe")
        relay.end()
        let cut = try error { while try channel.receive() != nil {} }
        #expect(cut.code == .io && cut.canRetry, "\(cut)")
    }

    private func error(_ body: () throws -> Void) throws -> PerigeeError {
        try #require(throws: PerigeeError.self) { try body() }
    }
}
