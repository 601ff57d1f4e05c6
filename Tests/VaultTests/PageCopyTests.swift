import Files
import Model
import Storage
import TestSupport
import Testing
import Vault

@Suite("Copies of the pages that were written into a vault elsewhere")
struct PageCopyTests {
    private let folder: TemporaryFolder
    private let store: FaultyStore
    private let tree: [(String, [UInt8])]

    init() throws {
        folder = try TemporaryFolder()
        // A store in memory is nowhere on this machine, as far as a vault can tell.
        store = FaultyStore(MemoryStore())
        _ = try Vault.create(at: store, secret: VaultFixture.secret, options: VaultOptions(keyCost: .trivial))
        tree = (0..<200).map { ("f\($0)", [UInt8($0)]) }
        try VaultFixture.commit(tree, to: opened())
    }

    private func opened() throws -> Vault {
        try Vault.open(at: store, secret: VaultFixture.secret, cache: folder.path)
    }

    /// How often the store is asked while all entries of the newest snapshot are read.
    private func requests(_ vault: Vault, copies: Bool) throws -> Int {
        let snapshot = try #require(try vault.latest("data"))
        let before = store.requests
        var cursor = EntryCursor(snapshot.tree, source: try vault.pages(copies: copies))
        var paths: [String] = []
        while let entry = try cursor.next() { paths.append(entry.path.description) }
        #expect(paths == tree.map(\.0).sorted())
        return store.requests - before
    }

    private func copies() throws -> [String] {
        try folder.handle.names().map { String(decoding: $0, as: UTF8.self) }.filter { $0.hasSuffix(".pages") }
    }

    @Test("are read in their place by who asks for that, and by nobody else")
    func read() throws {
        #expect(try copies().count == 1)
        #expect(try requests(opened(), copies: true) == 0)
        #expect(try requests(opened(), copies: false) > 0)
        let elsewhere = try Vault.open(at: store, secret: VaultFixture.secret)
        #expect(try requests(elsewhere, copies: true) > 0)
    }

    @Test("are none once a byte of them has changed or is gone, and are removed then", arguments: [true, false])
    func damaged(isCut: Bool) throws {
        let name = try #require(try copies().first)
        let file = try folder.handle.file(Array(name.utf8), .updating)
        if isCut {
            try file.truncate(to: 600)
        } else {
            try [0xff, 0xfe].withUnsafeBytes { try file.write($0, at: 500) }
        }
        #expect(try requests(opened(), copies: true) > 0)
        #expect(try copies().isEmpty)
    }

    @Test("go once no segment lists the pack")
    func swept() throws {
        let vault = try opened()
        try vault.forget([try #require(try vault.latest("data")).id], of: "data", allowsEmpty: true)
        _ = try vault.collectGarbage(GcOptions(grace: 0))
        _ = try opened()
        #expect(try copies().isEmpty)
    }

    @Test("are not missed where another program sweeps them away while they are used")
    func sweptMeanwhile() throws {
        let vault = try opened()
        #expect(try requests(vault, copies: true) == 0)
        for name in try copies() { try folder.handle.unlink(Array(name.utf8)) }
        #expect(try requests(vault, copies: true) > 0)
    }
}
