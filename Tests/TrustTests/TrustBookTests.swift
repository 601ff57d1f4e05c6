import Files
import Model
import TestSupport
import Testing
import Trust
import Workers

@Suite("The list of trusted sites")
struct TrustBookTests {
    private let folder: TemporaryFolder
    private let book: TrustBook

    init() throws {
        folder = try TemporaryFolder()
        book = TrustBook(TrustFolder(state: folder.path))
    }

    private func entry(
        _ name: String, _ identity: SiteIdentity? = nil, at: [String] = [], rights: Set<TrustEntry.Right> = [.read],
        exports: Set<String>? = nil
    ) throws -> TrustEntry {
        try TrustEntry(
            name: name, identity: identity ?? SiteKey.generate().identity, addresses: at, rights: rights,
            exports: exports, added: Timestamp(seconds: 1_800_000_000))
    }

    @Test("keeps what is added until it is removed, for every program that looks")
    func life() throws {
        #expect(try book.entries().isEmpty)
        let laptop = try entry("laptop", rights: [.read, .write], exports: ["docs", "data"])
        let server = try entry("server", at: ["host:1", "[::1]:2"], rights: [])
        try book.add(server, replacing: false)
        try book.add(laptop, replacing: false)
        let other = TrustBook(TrustFolder(state: folder.path))
        #expect(try other.entries() == [laptop, server])
        #expect(try other.entry(of: laptop.identity) == laptop)
        #expect(try other.entry(at: "[::1]:2") == server)
        #expect(try other.entry(at: "host:2") == nil)
        #expect(try book.remove("laptop") == laptop)
        #expect(try other.entries() == [server], "a change of another program is seen")
        #expect(try book.remove("\(server.identity)") == server)
        #expect(try other.entry(of: server.identity) == nil)
        let error = try #require(throws: PerigeeError.self) { try book.remove("server") }
        #expect(error.code == .notFound)
        #expect(try OpenFile(reading: book.path).status().mode == 0o600)
    }

    @Test("gives each site one name, one identity and addresses of its own")
    func unique() throws {
        let first = try entry("a", at: ["host:1"])
        try book.add(first, replacing: false)
        for wrong in [try entry("a"), try entry("b", first.identity), try entry("b", at: ["host:1"])] {
            let error = try #require(throws: PerigeeError.self) { try book.add(wrong, replacing: false) }
            #expect(error.code == .exists)
        }
        let second = try entry("a", at: ["host:1"], rights: [.write])
        try book.add(second, replacing: true)
        #expect(try book.entries() == [second])
        #expect(throws: PerigeeError.self) { try book.add(entry("b", second.identity), replacing: true) }
    }

    @Test("loses nothing that several threads and lists add at once")
    func concurrent() throws {
        let path = folder.path
        try Crew.run(4) { thread in
            let book = TrustBook(TrustFolder(state: path))
            for index in 0..<8 {
                try book.add(
                    TrustEntry(
                        name: "\(thread)-\(index)", identity: SiteKey.generate().identity, rights: [.read],
                        added: Timestamp(seconds: 0)), replacing: false)
            }
        }
        #expect(try book.entries().count == 32)
        #expect(try FolderHandle(path: folder.path("trust")).names().count == 1, "nothing is left aside")
    }

    @Test("trusts nobody at all where a byte of it makes no sense")
    func damage() throws {
        try book.add(entry("a"), replacing: false)
        let file = try OpenFile(reading: book.path)
        var bytes = [UInt8](repeating: 0, count: Int(try file.status().size))
        _ = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        let text = String(decoding: bytes, as: UTF8.self)
        let wrongs = [
            "", "{}", String(text.dropLast(20)), text.replacing("trust-file/1", with: "trust-file/2"),
            text.replacing("read", with: "everything"), text.replacing("\"name\" : \"a\"", with: "\"name\" : \"../a\""),
        ]
        for wrong in wrongs {
            #expect(wrong != text)
            let out = try OpenFile(writing: book.path)
            try Array(wrong.utf8).withUnsafeBytes { try out.write($0) }
            let error = try #require(throws: PerigeeError.self) {
                try TrustBook(TrustFolder(state: folder.path)).entries()
            }
            #expect(error.code == .format && error.place == book.path && error.remedy != nil)
        }
    }

    @Test("gives rights for the exports that were named, or for all")
    func rights() throws {
        let some = try entry("a", rights: [.read, .grant], exports: ["docs"])
        #expect(some.allows(.read, to: "docs") && some.allows(.grant, to: "docs"))
        #expect(!some.allows(.write, to: "docs") && !some.allows(.read, to: "data"))
        #expect(try entry("b").allows(.read, to: "anything"))
        #expect(!(try entry("b", exports: []).allows(.read, to: "anything")))
    }

    @Test(
        "takes no name that could be a path or steer a terminal",
        arguments: ["", ".", "..", "a/b", "a b", "ü", "\u{1b}"])
    func names(name: String) throws {
        let error = try #require(throws: PerigeeError.self) { try entry(name) }
        #expect(error.code == .usage)
        #expect(!TrustEntry.isName(String(repeating: "a", count: TrustEntry.nameMax + 1)))
    }
}
