import Agents
import Content
import Files
import Model
import Replication
import Sites
import Storage
import TestSupport
import Testing
import Trust
import Wire
import Workers

@Suite("An agent")
struct AgentTests {
    /// The error of `body`.
    private func error(_ body: () throws -> Void) throws -> PerigeeError {
        try #require(throws: PerigeeError.self) { try body() }
    }

    private func tree(_ site: AgentSite, _ name: String) throws -> RemoteTree {
        RemoteTree(try site.connect(), path: name, name: "perigee://\(site.address)/\(name)")
    }

    private func push(_ site: AgentSite, from source: String, to name: String) throws -> RunReport {
        var report = RunReport(verb: "sync", source: source, destination: name)
        try tree(site, name).push(
            from: source, named: "near:\(source)", options: SyncOptions(), compression: .auto,
            context: RunContext(state: StateFolder(path: site.folder.path("near")), stop: StopFlag()), &report)
        return report
    }

    private func pull(_ site: AgentSite, from name: String, to destination: String) throws -> RunReport {
        var report = RunReport(verb: "sync", source: name, destination: destination)
        try tree(site, name).pull(
            to: destination, options: SyncOptions(), compression: .auto,
            context: RunContext(state: StateFolder(path: site.folder.path("near")), stop: StopFlag()), &report)
        return report
    }

    private func write(_ path: String, _ bytes: [UInt8]) throws {
        let file = try OpenFile(writing: path)
        try bytes.withUnsafeBytes { try file.write($0) }
    }

    @Test("says what it exports, as far as the asking site may know of it")
    func exports() throws {
        let site = try AgentSite(rights: [.read, .write], exports: ["tree", "docs", "old"])
        let query = ExportQuery(try site.connect())
        #expect(
            try query.all() == [
                ExportInfo(name: "tree", kind: .tree, reads: true, writes: true),
                ExportInfo(name: "docs", kind: .tree, reads: true, writes: false),
                ExportInfo(name: "old", kind: .vault(dataset: "d"), reads: true, writes: false),
            ])
        #expect(try query.info("tree").writes)
        for name in ["vault", "none", "../tree", "/etc", ""] {
            #expect(try error { _ = try query.info(name) }.code == .notFound || name.isEmpty)
        }
    }

    @Test("brings trees and takes them")
    func trees() throws {
        let site = try AgentSite()
        var seed = Seed.fromEnvironment()
        let source = try site.folder.folder("source")
        for index in 0..<20 { try write("\(source)/f\(index)", seed.bytes(Int.random(in: 0...200_000, using: &seed))) }
        #expect(try push(site, from: source, to: "tree").files.new == 20)
        #expect(try TreeComparison.differences(source, site.folder.path("tree")) == [], "seed \(seed.value)")
        #expect(try pull(site, from: "tree", to: site.folder.path("back")).files.new == 20)
        #expect(try TreeComparison.differences(source, site.folder.path("back")) == [], "seed \(seed.value)")
    }

    @Test("keeps the promises of a blob store for a vault that it exports", arguments: BlobStoreConformance.allCases)
    func blobs(check: BlobStoreConformance) throws {
        let site = try AgentSite()
        let dialer = Dialer { try site.connect() }
        defer { dialer.close() }
        try check.run(RemoteStore(dialer, path: "vault", name: "vault", create: true))
    }

    @Test("lets nobody reach what is not exported, whatever they call it")
    func escapes() throws {
        let site = try AgentSite()
        let source = try site.folder.folder("source")
        try write("\(source)/file", [1])
        for name in [
            "", ".", "..", "/", "/etc", site.folder.path("tree"), "tree/..", "tree/", "../tree", "TREE", "tree\0",
            "none",
        ] {
            #expect(try error { _ = try pull(site, from: name, to: site.folder.path("got")) }.code == .notFound)
            #expect(try error { _ = try push(site, from: source, to: name) }.code == .notFound)
            let dialer = Dialer { try site.connect() }
            let store = RemoteStore(dialer, path: name, name: "vault", create: true)
            #expect(try error { _ = try store.list("", after: nil, limit: 10) }.code == .notFound)
            dialer.close()
        }
        #expect(
            try site.folder.handle.status(Array("got".utf8)) == nil
                || FolderHandle(path: site.folder.path("got")).names() == [])
        #expect(try FolderHandle(path: site.folder.path("tree")).names() == [])
    }

    @Test("lets a site do what it may, and no more")
    func rights() throws {
        let site = try AgentSite(rights: [.read])
        let source = try site.folder.folder("source")
        try write("\(source)/file", [1])
        try write("\(site.folder.path("docs"))/file", [2])
        #expect(try error { _ = try push(site, from: source, to: "tree") }.code == .denied)
        #expect(try pull(site, from: "docs", to: site.folder.path("got")).files.new == 1)
        try site.trust([.read, .write])
        #expect(try error { _ = try push(site, from: source, to: "docs") }.code == .denied, "it is exported read only")
        #expect(try push(site, from: source, to: "tree").files.new == 1)
        let dialer = Dialer { try site.connect() }
        defer { dialer.close() }
        let vault = RemoteStore(dialer, path: "vault", name: "vault", create: true)
        let old = RemoteStore(dialer, path: "old", name: "old")
        let key = try #require(BlobKey("packs/a"))
        try vault.put(key, [1, 2, 3], if: .always)
        #expect(try old.get(key, limit: ByteCount(10)) == [1, 2, 3])
        #expect(try error { _ = try old.put(key, [4], if: .always) }.code == .readOnly)
        #expect(try error { try old.delete(key) }.code == .readOnly)
        try site.trust([.write])
        #expect(try error { _ = try pull(site, from: "tree", to: site.folder.path("more")) }.code == .denied)
        try site.trust([.read], ["vault"])
        #expect(try error { _ = try pull(site, from: "docs", to: site.folder.path("more")) }.code == .notFound)
    }

    @Test("lets nothing more begin when a site is trusted no more, on connections that it has too")
    func distrust() throws {
        let site = try AgentSite()
        let connection = try site.connect()
        #expect(try ExportQuery(connection).all().count == 4)
        _ = try site.far.book.remove("near")
        // Nothing is exported to it any more, or its connection has ended already.
        let left = try? ExportQuery(connection).all()
        #expect(left ?? [] == [])
        let refused = try error { _ = try ExportQuery(try site.connect()).all() }
        #expect(refused.code == .denied && refused.message.contains("\(site.near.key.identity)"), "\(refused)")
        #expect(
            site.notices.wait(for: .seconds(120)) { notices in
                notices.contains { $0.contains("refused") && $0.contains("\(site.near.key.identity)") } ? true : nil
            } == true)
    }

    /// What is taken away from the near site of an agent while it is at work there.
    enum Loss: CaseIterable {
        case trust, right, export
    }

    @Test("ends what is under way when a site may do less, on the connection that it has", arguments: Loss.allCases)
    func lessened(loss: Loss) throws {
        let site = try AgentSite()
        let channel = try site.connect().open("probe")
        try channel.send(1, [1])
        #expect(try channel.receive() != nil)
        switch loss {
        case .trust: _ = try site.far.book.remove("near")
        case .right: try site.trust([.read])
        case .export: try site.trust([.read, .write], ["docs"])
        }
        // It waits for an answer that nobody gives, until the agent ends the connection.
        let ended = try error { while try channel.receive() != nil {} }
        #expect(ended.code == .io && ended.canRetry, "\(ended)")
        #expect(
            site.notices.wait(for: .seconds(120)) { notices in
                notices.contains { $0.contains("may do less") } ? true : nil
            } == true)
        // What it still may do, it does on another connection.
        if loss != .trust { #expect(try ExportQuery(site.connect()).all().contains { $0.name == "docs" }) }
    }

    @Test("leaves alone who may do more, or the same by another name")
    func widened() throws {
        let site = try AgentSite(rights: [.read], exports: ["docs"])
        let connection = try site.connect()
        #expect(try ExportQuery(connection).all().count == 1)
        try site.trust([.read, .write], ["docs", "tree"])
        try site.trust([.read, .write, .relay])
        let channel = try connection.open("probe")
        for _ in 0..<5 {
            try channel.send(1, [1])
            #expect(try channel.receive() != nil)
            _ = site.notices.wait(for: .milliseconds(100)) { _ in nil as Bool? }
        }
        #expect(try ExportQuery(connection).all().count == 4)
    }

    @Test("is not believed where another key answers than was trusted, with the command to run")
    func wrongKey() throws {
        let site = try AgentSite()
        let other = try SiteKey.generate().identity
        _ = try site.near.book.remove("far")
        let unknown = try error { _ = try site.connect() }
        #expect(unknown.code == .refused)
        #expect(
            unknown.remedy?.contains("perigee trust add NAME \(site.far.key.identity) --at \(site.address)") == true,
            "\(unknown)")
        try site.near.book.add(
            TrustEntry(name: "far", identity: site.far.key.identity, rights: [.read], added: Timestamp(seconds: 0)),
            replacing: false)
        let unnamed = try error { _ = try site.connect() }
        #expect(
            unnamed.remedy?.contains(
                "perigee trust add --replace far \(site.far.key.identity) --at \(site.address) --allow read") == true,
            "\(unnamed)")
        try site.near.book.add(
            TrustEntry(name: "far", identity: other, addresses: ["\(site.address)"], added: Timestamp(seconds: 0)),
            replacing: true)
        let changed = try error { _ = try site.connect() }
        #expect(
            changed.code == .refused && changed.message.contains("another key answers than that of far"), "\(changed)")
    }

    @Test("ends what is under way when it is stopped, so that it can go on later")
    func stop() throws {
        let site = try AgentSite()
        let connection = try site.connect()
        let channel = try connection.open("probe")
        try channel.send(1, [1])
        #expect(try channel.receive() != nil)
        site.end()
        let ended = try error { while try channel.receive() != nil {} }
        #expect(ended.code == .io && ended.canRetry, "\(ended)")
        #expect(try error { _ = try site.connect() }.code == .io)
    }
}
