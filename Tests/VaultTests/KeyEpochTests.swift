import Content
import Hashing
import Model
import Storage
import TestSupport
import Testing
import Vault

@Suite struct KeyEpochTests {
    @Test func `A new epoch seals what comes, old snapshots stay readable, and a gc seals them anew`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try VaultFixture()
        let files = VaultFixture.files(&seed, count: 8, size: 20_000)
        try VaultFixture.commit(files, to: fixture.vault)
        #expect(try fixture.vault.rotateEpoch() == 2)
        let vault = try fixture.reopened()
        #expect(vault.ring.currentEpoch == 2 && vault.ring.idKey == fixture.vault.ring.idKey)
        var more = files
        more[0].1 = seed.bytes(9000)
        let snapshot = try VaultFixture.commit(more, to: vault)
        let mixed = try vault.epochUse()
        #expect(mixed.map(\.epoch) == [1, 2] && mixed.allSatisfy { $0.records > 0 && $0.hasKey })
        #expect(mixed[1].bytes < mixed[0].bytes, "what was there is not sealed anew by a rotation")
        _ = try vault.collectGarbage(GcOptions(grace: 0, renewsEpochs: true))
        let renewed = try fixture.reopened()
        #expect(try renewed.epochUse().map(\.records) == [0, mixed[0].records + mixed[1].records])
        #expect(try VaultFixture.files(of: snapshot, in: renewed) == Dictionary(uniqueKeysWithValues: more))
        #expect(try renewed.verify(VerifyOptions(level: .data)).damages.map(\.place) == [])
    }

    @Test func `Whoever rotates at the same time opens epochs one after the other`() throws {
        let fixture = try VaultFixture()
        let other = try fixture.reopened()
        #expect(try [fixture.vault.rotateEpoch(), other.rotateEpoch(), fixture.vault.rotateEpoch()] == [2, 3, 4])
        #expect(try fixture.reopened().ring.epochs.keys.sorted() == [1, 2, 3, 4])
    }

    @Test func `A key is removed by another one, never the last, never by itself`() throws {
        let fixture = try VaultFixture()
        let file = Secret.keyFile([UInt8](repeating: 9, count: 32))
        let first = try #require(try fixture.vault.listKeys().first)
        #expect(code { try fixture.vault.removeKey(first.id, openingBy: VaultFixture.secret) } == .refused)
        let second = try fixture.vault.addSecret(file)
        #expect(code { try fixture.vault.removeKey(second.id, openingBy: file) } == .refused)
        #expect(code { try fixture.vault.removeKey("0000000000000000", openingBy: file) } == .notFound)
        try fixture.vault.removeKey(first.id, openingBy: file)
        #expect(try fixture.vault.listKeys().map(\.id) == [second.id])
        #expect(code { _ = try fixture.reopened() } == .key)
        #expect(code { _ = try Vault.open(at: fixture.store, secret: file) } == nil)
    }

    @Test func `Records stay as they are where the key is shared, and are sealed anew where not`() throws {
        var seed = Seed.fromEnvironment()
        let plain = seed.bytes(5000)
        let old = KeyRing.new(using: &seed)
        let shared = old.rotated(using: &seed)
        let apart = KeyRing(idKey: old.idKey, epochs: [1: HashKey(using: &seed)], current: 1)
        let envelope = try Envelope(old, .stored)
        let id = plain.withUnsafeBytes { envelope.identify($0) }
        var record = [UInt8](repeating: 0, count: Envelope.bound(plain.count))
        try plain.withUnsafeBytes { plain in
            _ = try record.withUnsafeMutableBytes { try envelope.close(plain, id: id, kind: .chunk, into: $0) }
        }
        func take(_ record: [UInt8], into ring: KeyRing, _ renewal: Resealer.Renewal) throws -> [UInt8] {
            var out = [UInt8](repeating: 0, count: record.count)
            try record.withUnsafeBytes { record in
                _ = try out.withUnsafeMutableBytes {
                    try Resealer(from: old, to: ring).take(record, expecting: id, kind: .chunk, renewal, into: $0)
                }
            }
            var opened = [UInt8](repeating: 0, count: plain.count)
            try out.withUnsafeBytes { out in
                _ = try opened.withUnsafeMutableBytes {
                    try Envelope(ring, .stored).open(out, expecting: id, kind: .chunk, into: $0)
                }
            }
            #expect(opened == plain)
            return out
        }
        #expect(try take(record, into: shared, .ifNeeded) == record)
        for (ring, renewal) in [(shared, .oldEpochs), (apart, .ifNeeded), (old, .always)]
            as [(KeyRing, Resealer.Renewal)]
        {
            #expect(try take(record, into: ring, renewal) != record)
        }
        for _ in 0..<50 {
            var changed = record
            changed[Int.random(in: 0..<record.count, using: &seed)] ^= 1 << UInt8.random(in: 0..<8, using: &seed)
            #expect(code { _ = try take(changed, into: shared, .ifNeeded) } == .damaged)
        }
    }
}
