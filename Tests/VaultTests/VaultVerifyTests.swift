import Content
import Hashing
import Model
import Storage
import TestSupport
import Testing
import Vault

@Suite struct VaultVerifyTests {
    /// A small vault with two datasets and some history.
    private func fixture(_ seed: inout Seed) throws -> VaultFixture {
        let fixture = try VaultFixture()
        var files = VaultFixture.files(&seed, count: 12, size: 30_000)
        files.append(("large", seed.bytes(400_000)))
        for round in 0..<3 {
            files[round].1 = seed.bytes(20_000)
            try VaultFixture.commit(files, to: fixture.vault, dataset: "first")
        }
        try VaultFixture.commit(files + [("other", seed.bytes(10_000))], to: fixture.vault, dataset: "second")
        return fixture
    }

    @Test func `A vault that nobody touched is sound at every level`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try fixture(&seed)
        for level in [VerifyLevel.structure, .sample(share: 0.3), .sample(share: 1), .data] {
            let report = try fixture.vault.verify(VerifyOptions(level: level))
            #expect(report.damages.map(\.place) == [])
            #expect(report.snapshots == 4 && report.datasets == 2 && report.packs > 4 && report.records > 50)
            if level == .data { #expect(report.recordsOpened == report.records) }
            if level == .structure { #expect(report.recordsOpened == 0) }
        }
    }

    @Test func `One changed bit anywhere is found by verify, which names the blob, and is never delivered`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try fixture(&seed)
        let truth = try fixture.store.keys().reduce(into: [BlobKey: [UInt8]]()) { $0[$1] = try fixture.store.all($1) }
        let expected = try files(fixture.vault)
        for (key, bytes) in truth.sorted(by: { $0.key < $1.key }) {
            for _ in 0..<(key.text.hasPrefix("packs/") ? 30 : 12) {
                let offset = Int.random(in: 0..<bytes.count, using: &seed)
                try fixture.store.flip(key, at: offset, bit: Int.random(in: 0..<8, using: &seed))
                let report = try fixture.vault.verify(VerifyOptions(level: .data))
                #expect(
                    report.damages.contains { $0.place.hasPrefix(key.text) },
                    "\(key) at \(offset) of \(bytes.count), seed \(seed.value): \(report.damages.map(\.place))")
                deliversTruthOrNothing(fixture.store, expected)
                try fixture.store.put(key, bytes, if: .always)
            }
        }
        #expect(try fixture.vault.verify(VerifyOptions(level: .data)).isSound)
    }

    @Test func `A missing blob is named, with the files that are hit`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try fixture(&seed)
        for key in try fixture.store.keys() where !key.text.hasPrefix("keys/") && !key.text.hasPrefix("refs/") {
            let bytes = try fixture.store.all(key)
            try fixture.store.delete(key)
            let report = try fixture.reopenedOrSame().verify()
            #expect(!report.isSound, "\(key)")
            if key.text.hasPrefix("packs/") {
                let damage = report.damages.first { $0.place == key.text }
                #expect(damage != nil, "\(key) \(report.damages.map(\.place))")
            }
            try fixture.store.put(key, bytes, if: .always)
        }
    }

    @Test func `A damaged chunk is reported with each dataset, snapshot and path that needs it`() throws {
        let fixture = try VaultFixture()
        var seed = Seed.fromEnvironment()
        let shared = seed.bytes(4000)
        try VaultFixture.commit([("a/x", shared), ("b", [1])], to: fixture.vault, dataset: "one", .stored)
        try VaultFixture.commit([("a/x", shared), ("b", [2])], to: fixture.vault, dataset: "one", .stored)
        try VaultFixture.commit([("copy", shared)], to: fixture.vault, dataset: "two", .stored)
        let id = try shared.withUnsafeBytes { bytes in
            try fixture.vault.beginWriting(.stored).chunkWriter().identify(bytes)
        }
        let location = try #require(fixture.vault.index.lookup(id))
        try fixture.store.flip(BlobKey("packs", location.pack), at: Int(location.offset) + 100, bit: 3)
        let report = try fixture.vault.verify(VerifyOptions(level: .data))
        let damage = try #require(report.damages.first { $0.id == id })
        #expect(damage.part == .record)
        #expect(damage.hitCount == 3)
        #expect(Set(damage.hits.map { "\($0.dataset):\($0.path)" }) == ["one:a/x", "two:copy"])
    }

    @Test func `A file is hit once by a damage, however many of its chunks are gone`() throws {
        let fixture = try VaultFixture()
        var seed = Seed.fromEnvironment()
        let files = VaultFixture.files(&seed, count: 12, size: 30_000) + [("large", seed.bytes(400_000))]
        try VaultFixture.commit(files, to: fixture.vault, dataset: "one", .stored)
        try VaultFixture.commit(files + [("new", [1])], to: fixture.vault, dataset: "one", .stored)
        var largest = 0
        for key in try fixture.store.keys() where key.text.hasPrefix("packs/") {
            let bytes = try fixture.store.all(key)
            try fixture.store.delete(key)
            let damages = try fixture.reopenedOrSame().verify().damages
            for damage in damages {
                #expect(Set(damage.hits).count == damage.hits.count, "\(damage.hits.map(\.path))")
                #expect(damage.hitCount == UInt64(damage.hits.count), "\(damage.place)")
            }
            let large = damages.flatMap(\.hits).filter { $0.path == "large" }
            largest = max(largest, large.count)
            try fixture.store.put(key, bytes, if: .always)
        }
        #expect(largest >= 1, "the large file lies somewhere")
    }

    /// The files of all datasets as they are read now.
    private func files(_ vault: Vault) throws -> [String: [String: [UInt8]]] {
        try vault.datasets().reduce(into: [:]) { all, dataset in
            guard let snapshot = try vault.latest(dataset) else { return }
            all[dataset] = try VaultFixture.files(of: snapshot, in: vault)
        }
    }

    /// Reads all that can be read, chunk by chunk; an error is well, other bytes than those stored are not.
    private func deliversTruthOrNothing(_ store: any BlobStore, _ expected: [String: [String: [UInt8]]]) {
        guard let vault = try? Vault.open(at: store, secret: VaultFixture.secret) else { return }
        for (dataset, files) in expected {
            guard let snapshot = (try? vault.latest(dataset)) ?? nil,
                let read = try? VaultFixture.files(of: snapshot, in: vault)
            else { continue }
            #expect(read == files)
        }
    }
}

extension VaultFixture {
    /// The vault opened anew; where that cannot be, as it was opened before.
    func reopenedOrSame() throws -> Vault { (try? reopened()) ?? vault }
}
