import Content
import Model
import Storage
import TestSupport
import Testing
import Vault
import Workers

/// The vault on a disk: mapped segments, packs that stay open, two stores for one folder.
@Suite struct VaultDirectoryTests {
    private func vault(in folder: TemporaryFolder) throws -> VaultFixture {
        try VaultFixture(DirectoryStore(path: folder.folder("vault")))
    }

    private func opened(_ folder: TemporaryFolder) throws -> Vault {
        try Vault.open(at: DirectoryStore(path: folder.path("vault")), secret: VaultFixture.secret)
    }

    @Test func `What is committed on a disk is read back by another process's store`() throws {
        var seed = Seed.fromEnvironment()
        let folder = try TemporaryFolder()
        let fixture = try vault(in: folder)
        for _ in 0..<7 {
            let files = VaultFixture.files(&seed, count: 8, size: 60_000)
            let snapshot = try VaultFixture.commit(files, to: fixture.vault)
            let read = try VaultFixture.files(of: snapshot, in: opened(folder))
            #expect(read == Dictionary(uniqueKeysWithValues: files), "seed \(seed.value)")
        }
        #expect(try opened(folder).verify(VerifyOptions(level: .data)).damages.map(\.place) == [])
    }

    @Test func `Stores of one folder that commit at once all find their place`() throws {
        let folder = try TemporaryFolder()
        _ = try vault(in: folder)
        try Crew.run(3) { index in
            let vault = try opened(folder)
            for round in 0..<4 { try VaultFixture.commit([("own-\(index)-\(round)", [UInt8(index)])], to: vault) }
        }
        let vault = try opened(folder)
        var history = try vault.history("data")
        var own: Set<String> = []
        while let snapshot = try history.next() { own.formUnion(try VaultFixture.files(of: snapshot, in: vault).keys) }
        #expect(own.count == 12)
        #expect(try vault.latest("data")?.sequence == 11)
        #expect(try vault.verify(VerifyOptions(level: .data)).damages.map(\.place) == [])
    }

    @Test func `More packs than a reader keeps open are read in any order`() throws {
        var seed = Seed.fromEnvironment()
        let folder = try TemporaryFolder()
        let fixture = try vault(in: folder)
        var chunks: [(ChunkReference, [UInt8])] = []
        let session = try fixture.vault.beginWriting(.stored)
        let writer = try session.chunkWriter()
        for _ in 0..<40 {
            let chunk = seed.bytes(500)
            try chunk.withUnsafeBytes { bytes in
                let id = writer.identify(bytes)
                _ = try writer.add(bytes, id: id)
                chunks.append((ChunkReference(id: id, length: 500), chunk))
            }
            try writer.finish()
        }
        try session.flushIndex()
        let reader = try opened(folder).chunkReader()
        var plain = [UInt8](repeating: 0, count: 500)
        for (reference, chunk) in (chunks + chunks).shuffled(using: &seed) {
            try plain.withUnsafeMutableBytes { try reader.read(reference, into: $0) }
            #expect(plain == chunk)
        }
    }

    @Test func `One changed bit on the disk is found and named`() throws {
        var seed = Seed.fromEnvironment()
        let folder = try TemporaryFolder()
        let fixture = try vault(in: folder)
        try VaultFixture.commit(VaultFixture.files(&seed, count: 6, size: 30_000), to: fixture.vault)
        for key in try fixture.store.keys() {
            let bytes = try fixture.store.all(key)
            for _ in 0..<3 {
                let offset = Int.random(in: 0..<bytes.count, using: &seed)
                try fixture.store.flip(key, at: offset, bit: 5)
                let report = try fixture.vault.verify(VerifyOptions(level: .data))
                #expect(report.damages.contains { $0.place.hasPrefix(key.text) }, "\(key) at \(offset)")
                try fixture.store.put(key, bytes, if: .always)
            }
        }
    }
}
