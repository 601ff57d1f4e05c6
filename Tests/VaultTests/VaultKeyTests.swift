import Content
import Hashing
import Model
import Storage
import TestSupport
import Testing
import Vault

@Suite struct VaultKeyTests {
    @Test func `A new vault opens with its passphrase and with no other`() throws {
        let fixture = try VaultFixture()
        let opened = try fixture.reopened()
        #expect(opened.descriptor == fixture.vault.descriptor)
        #expect(opened.ring.idKey == fixture.vault.ring.idKey)
        let error = #expect(throws: PerigeeError.self) {
            try Vault.open(at: fixture.store, secret: .passphrase(Array("wrong".utf8)))
        }
        #expect(error?.code == .key)
        #expect(error?.remedy != nil)
    }

    @Test func `Where there is no vault, opening says how to make one`() {
        let error = #expect(throws: PerigeeError.self) {
            try Vault.open(at: MemoryStore(), secret: VaultFixture.secret)
        }
        #expect(error?.code == .notFound)
        #expect(error?.remedy?.contains("perigee init") == true)
    }

    @Test func `A vault is never made over another`() throws {
        let fixture = try VaultFixture()
        let before = try fixture.store.keys()
        #expect(
            code {
                _ = try Vault.create(at: fixture.store, secret: VaultFixture.secret, options: .init(keyCost: .trivial))
            }
                == .exists)
        #expect(try fixture.store.keys() == before)
    }

    @Test func `A key file opens the vault without slowing down, and so do secrets that were added`() throws {
        let store = MemoryStore()
        let file = Secret.keyFile([UInt8](repeating: 7, count: 32))
        let vault = try Vault.create(at: store, secret: file, options: VaultOptions(label: "robot"))
        let added = try vault.addSecret(VaultFixture.secret, label: "me", cost: .trivial)
        for secret in [file, VaultFixture.secret] {
            #expect(try Vault.open(at: store, secret: secret).ring.idKey == vault.ring.idKey)
        }
        let keys = try vault.listKeys()
        #expect(Set(keys.map(\.label)) == ["robot", "me"])
        #expect(keys.first { $0.id == added.id }?.kind == .passphrase)
        #expect(code { _ = try Vault.open(at: store, secret: .keyFile([UInt8](repeating: 8, count: 32))) } == .key)
    }

    @Test func `Short key files and empty passphrases are refused`() {
        for secret in [Secret.keyFile([1, 2, 3]), .passphrase([])] {
            #expect(code { _ = try Vault.create(at: MemoryStore(), secret: secret) } == .key)
        }
    }

    @Test func `The same time and random bytes make the same vault`() throws {
        func make() throws -> [BlobKey: [UInt8]] {
            let counter = Counter()
            let environment = VaultEnvironment(
                now: { Timestamp(seconds: 1_790_000_000, nanoseconds: 5) },
                fillRandom: { buffer in for index in buffer.indices { buffer[index] = counter.next() } })
            let store = MemoryStore()
            _ = try Vault.create(
                at: store, secret: VaultFixture.secret,
                options: VaultOptions(keyCost: .trivial, environment: environment))
            return try store.keys().reduce(into: [:]) { $0[$1] = try store.all($1) }
        }
        #expect(try make() == make())
    }

    @Test func `A descriptor that was changed by somebody who mends its checksum opens with no key`() throws {
        let fixture = try VaultFixture()
        let other = try VaultFixture(MemoryStore())
        let key = try #require(BlobKey("descriptor"))
        try fixture.store.put(key, other.store.all(key), if: .always)
        #expect(code { _ = try fixture.reopened() } == .key)
    }

    @Test func `Names of datasets stand nowhere in the clear`() throws {
        let fixture = try VaultFixture()
        try VaultFixture.commit([("a", [1, 2, 3])], to: fixture.vault, dataset: "very-secret-name")
        for key in try fixture.store.keys() {
            #expect(!key.text.contains("secret"))
            #expect(!String(decoding: try fixture.store.all(key), as: UTF8.self).contains("very-secret-name"))
        }
        #expect(try fixture.reopened().datasets() == ["very-secret-name"])
    }
}
