import Model
import Storage
import TestSupport
import Testing
import Vault

@Suite("An index whose listing was taken while others merged")
struct IndexListingTests {
    /// A vault with two snapshots, opened through a store that blinks.
    private func opened(blinks: Int) throws -> (BlinkingStore, Vault) {
        let fixture = try VaultFixture()
        for round in 0..<2 { try VaultFixture.commit([("round", [UInt8(round)])], to: fixture.vault) }
        let store = BlinkingStore(fixture.store, "index/")
        store.blink(blinks)
        return (store, try Vault.open(at: store, secret: VaultFixture.secret))
    }

    @Test("is looked at anew by a gc, which finds what snapshots need and deletes nothing of it")
    func collecting() throws {
        let (store, vault) = try opened(blinks: 0)
        store.blink(1)
        let report = try vault.collectGarbage(GcOptions(grace: 0))
        #expect(store.isOver && report.condemned.count == 0 && report.snapshots == 2)
        #expect(try vault.verify(VerifyOptions(level: .data)).isSound)
    }

    @Test("is looked at anew by a reader")
    func reading() throws {
        let (store, vault) = try opened(blinks: 1)
        let latest = try #require(try vault.latest("data"))
        #expect(try VaultFixture.files(of: latest, in: vault) == ["round": [1]])
        #expect(store.isOver)
    }

    @Test("is damage where it stays as it is, and nothing is deleted")
    func lost() throws {
        let (store, vault) = try opened(blinks: 0)
        for key in try store.inner.keys("index/") { try store.delete(key) }
        #expect(code { _ = try vault.collectGarbage(GcOptions(grace: 0)) } == .damaged)
        #expect(try store.keys("packs/").count > 0)
    }
}
