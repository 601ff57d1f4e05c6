import Content
import Model
import Storage
import TestSupport
import Testing
import Vault

@Suite struct VaultCrashTests {
    /// Four commits, then one, which merges, that dies after `changes` changes of the store.
    @Test func `A run that dies after any change leaves the old snapshot or the new one, and a sound vault`() throws {
        var seed = Seed.fromEnvironment()
        let old = VaultFixture.files(&seed, count: 6, size: 20_000)
        var new = old
        new[2].1 = seed.bytes(15_000)
        var changes = 0
        while true {
            let fixture = try VaultFixture()
            for round in 0..<3 { try VaultFixture.commit([("round", [UInt8(round)])], to: fixture.vault, dataset: "x") }
            try VaultFixture.commit(old, to: fixture.vault)
            let dying = DyingStore(fixture.store, changes: changes)
            let died = try dies(new, in: dying)
            let vault = try fixture.reopened()
            let latest = try #require(try vault.latest("data"))
            let files = try VaultFixture.files(of: latest, in: vault)
            #expect(files == Dictionary(uniqueKeysWithValues: latest.sequence == 0 ? old : new), "\(changes) changes")
            #expect(try vault.verify(VerifyOptions(level: .data)).damages.map(\.place) == [], "\(changes) changes")
            let again = try VaultFixture.commit(new, to: vault)
            #expect(try VaultFixture.files(of: again, in: fixture.reopened()) == Dictionary(uniqueKeysWithValues: new))
            #expect(try vault.verify(VerifyOptions(level: .data)).damages.map(\.place) == [], "\(changes) changes")
            guard died else { break }
            changes += 1
        }
        #expect(changes > 10)
    }

    @Test func `A vault whose making died is none, or is whole`() throws {
        for changes in 0..<4 {
            let store = MemoryStore()
            let options = VaultOptions(keyCost: .trivial)
            let made = try? Vault.create(
                at: DyingStore(store, changes: changes), secret: VaultFixture.secret, options: options)
            let found = code { _ = try Vault.open(at: store, secret: VaultFixture.secret) }
            #expect(found == (made == nil ? .notFound : nil))
        }
    }

    @Test func `A session that met an error does not commit`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try VaultFixture()
        let session = try fixture.vault.beginWriting(.stored)
        let writer = try session.chunkWriter()
        let chunk = seed.bytes(100)
        let id = chunk.withUnsafeBytes { writer.identify($0) }
        #expect(writer.claim(id))
        let pages = try session.pageSink()
        var tree = EntryTreeBuilder(sink: pages)
        let root = try tree.finish()
        try pages.finish()
        #expect(code { _ = try session.commit(VaultFixture.draft(root), dataset: "d", expecting: nil) } == .refused)
        try chunk.withUnsafeBytes { try writer.write($0, id: id) }
        try writer.finish()
        #expect(code { _ = try session.commit(VaultFixture.draft(root), dataset: "d", expecting: nil) } == nil)
    }

    private func dies(_ files: [(String, [UInt8])], in store: DyingStore) throws -> Bool {
        do {
            try VaultFixture.commit(files, to: Vault.open(at: store, secret: VaultFixture.secret))
            return false
        } catch let error as PerigeeError where error.code == .io {
            return true
        }
    }
}
