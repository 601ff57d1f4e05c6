import Content
import Hashing
import Model
import Storage
import TestSupport
import Testing
import Vault
import Workers

@Suite struct VaultIndexTests {
    /// Writes `count` small chunks in a session of their own; returns them by ID.
    private func write(_ count: Int, to vault: Vault, _ seed: inout Seed) throws -> [ContentID: [UInt8]] {
        let session = try vault.beginWriting(.stored)
        let writer = try session.chunkWriter()
        var chunks: [ContentID: [UInt8]] = [:]
        for _ in 0..<count {
            let chunk = seed.bytes(Int.random(in: 8...40, using: &seed))
            try chunk.withUnsafeBytes { bytes in
                let id = writer.identify(bytes)
                _ = try writer.add(bytes, id: id)
                chunks[id] = chunk
            }
        }
        try writer.finish()
        try session.flushIndex()
        return chunks
    }

    private func check(_ chunks: [ContentID: [UInt8]], in vault: Vault) throws {
        let reader = try vault.chunkReader()
        var plain = [UInt8](repeating: 0, count: 64)
        for (id, chunk) in chunks {
            #expect(vault.index.lookup(id)?.plainLength == UInt32(chunk.count))
            try plain.withUnsafeMutableBytes {
                try reader.read(ChunkReference(id: id, length: UInt32(chunk.count)), into: $0)
            }
            #expect(plain.prefix(chunk.count).elementsEqual(chunk))
        }
    }

    @Test(arguments: [0, 1, 39, 40, 41, 1000, 70_000])
    func `What was written is found, and nothing else`(count: Int)
        throws
    {
        var seed = Seed.fromEnvironment()
        let fixture = try VaultFixture()
        let chunks = try write(count, to: fixture.vault, &seed)
        let vault = try fixture.reopened()
        #expect(vault.index.entryCount == chunks.count)
        try check(chunks, in: vault)
        for _ in 0..<2000 {
            let bytes = seed.bytes(32)
            #expect(vault.index.lookup(bytes.withUnsafeBytes { ContentID($0) }) == nil)
        }
    }

    @Test func `Many runs leave few segments, in which all is found`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try VaultFixture()
        var chunks: [ContentID: [UInt8]] = [:]
        for round in 0..<23 {
            chunks.merge(try write(100 + 50 * round, to: fixture.vault, &seed)) { old, _ in old }
            #expect(fixture.vault.index.segmentCount <= 8)
        }
        let vault = try fixture.reopened()
        #expect(vault.index.segmentCount == fixture.vault.index.segmentCount)
        #expect(try fixture.store.keys("index/").count == vault.index.segmentCount)
        #expect(vault.index.entryCount == chunks.count)
        try check(chunks, in: vault)
        #expect(try vault.verify().isSound)
    }

    @Test func `A reader finds what others wrote and merged after it was opened`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try VaultFixture()
        let reader = try fixture.reopened()
        for _ in 0..<12 { try check(write(20, to: fixture.vault, &seed), in: fixture.vault) }
        let chunks = try write(20, to: fixture.vault, &seed)
        let chunk = try #require(chunks.first)
        var plain = [UInt8](repeating: 0, count: chunk.value.count)
        let readers = try reader.chunkReader()
        try plain.withUnsafeMutableBytes {
            try readers.read(ChunkReference(id: chunk.key, length: UInt32(chunk.value.count)), into: $0)
        }
        #expect(plain == chunk.value)
    }

    @Test func `Writers and mergers at once lose nothing`() throws {
        let fixture = try VaultFixture()
        let all = Monitor<[ContentID: [UInt8]]>([:])
        let base = Seed.fromEnvironment().value
        try Crew.run(4) { index in
            var seed = Seed(base &+ UInt64(index))
            let vault = try fixture.reopened()
            for _ in 0..<12 {
                let chunks = try write(60, to: vault, &seed)
                all.change { $0.merge(chunks) { old, _ in old } }
            }
        }
        let vault = try fixture.reopened()
        try check(all.read { $0 }, in: vault)
        #expect(try vault.verify(VerifyOptions(level: .data)).damages.map(\.place) == [], "seed \(base)")
    }

    @Test func `The index is made anew from the packs, without a key`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try VaultFixture()
        let chunks = try write(3000, to: fixture.vault, &seed)
        let snapshot = try VaultFixture.commit([("a", seed.bytes(50_000))], to: fixture.vault)
        for key in try fixture.store.keys("index/") { try fixture.store.delete(key) }
        let lost = try fixture.reopened()
        #expect(lost.index.entryCount == 0)
        #expect(try !lost.verify().isSound)
        let rebuilt = try Vault.rebuildIndex(at: fixture.store)
        let (packs, segments) = (try fixture.store.keys("packs/").count, try fixture.store.keys("index/").count)
        #expect(rebuilt.packs == packs && rebuilt.segmentsBefore == 0)
        #expect(rebuilt.entries >= 3000 && rebuilt.segments == segments)
        let vault = try fixture.reopened()
        try check(chunks, in: vault)
        #expect(try VaultFixture.files(of: snapshot, in: vault)["a"]?.count == 50_000)
        #expect(try vault.verify(VerifyOptions(level: .data)).isSound)
    }

    @Test func `Segments of a store that is elsewhere are copied into the cache folder, and swept when they are gone`()
        throws
    {
        var seed = Seed.fromEnvironment()
        let folder = try TemporaryFolder()
        let cache = try folder.folder("cache")
        let fixture = try VaultFixture()
        var chunks: [ContentID: [UInt8]] = [:]
        for _ in 0..<9 {
            chunks.merge(try write(50, to: fixture.vault, &seed)) { old, _ in old }
            let vault = try Vault.open(at: fixture.store, secret: VaultFixture.secret, cache: cache)
            try check(chunks, in: vault)
        }
        let again = try Vault.open(at: fixture.store, secret: VaultFixture.secret, cache: cache)
        try check(chunks, in: again)
    }

    @Test func `A segment full of wrong bytes misleads nobody and crashes nobody`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try VaultFixture()
        let chunks = try write(2000, to: fixture.vault, &seed)
        let key = try #require(try fixture.store.keys("index/").first)
        let truth = try fixture.store.all(key)
        for _ in 0..<40 {
            var bytes = truth
            for _ in 0..<Int.random(in: 1...3000, using: &seed) {
                // Not the footer, whose checksum would refuse them all.
                bytes[Int.random(in: 64..<(bytes.count - 128), using: &seed)] = UInt8.random(in: 0...255, using: &seed)
            }
            try fixture.store.put(key, bytes, if: .always)
            let vault = try fixture.reopened()
            let reader = try vault.chunkReader()
            var plain = [UInt8](repeating: 0, count: 64)
            for (id, chunk) in chunks {
                let wasRead: Void? = try? plain.withUnsafeMutableBytes {
                    try reader.read(ChunkReference(id: id, length: UInt32(chunk.count)), into: $0)
                }
                if wasRead != nil { #expect(plain.prefix(chunk.count).elementsEqual(chunk)) }
            }
            #expect(try !vault.verify().isSound, "seed \(seed.value)")
        }
    }

    @Test func `A footer that counts what is not there is refused, though its checksum holds`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try VaultFixture()
        _ = try write(100, to: fixture.vault, &seed)
        let key = try #require(try fixture.store.keys("index/").first)
        let truth = try fixture.store.all(key)
        for value in [0, 1, UInt64(1) << 20, 1 << 40, 1 << 58, .max] {
            for field in 0..<4 {
                var footer = Array(truth.suffix(128))
                let old = footer
                withUnsafeBytes(of: value) { footer.replaceSubrange((field * 8)..<(field * 8 + 8), with: $0) }
                guard footer != old else { continue }
                let checksum = footer[..<80].withUnsafeBytes { Blake3.hash($0) }
                checksum.withUnsafeBytes { footer.replaceSubrange(80..<112, with: $0) }
                try fixture.store.put(key, Array(truth.dropLast(128)) + footer, if: .always)
                let vault = try fixture.reopened()
                #expect(vault.index.segmentCount == 0, "field \(field), value \(value)")
                #expect(try vault.verify().damages.contains { $0.place == key.text })
            }
        }
    }

    @Test func `A damaged segment heals itself when somebody writes`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try VaultFixture()
        let chunks = try write(100, to: fixture.vault, &seed)
        let key = try #require(try fixture.store.keys("index/").first)
        try fixture.store.flip(key, at: fixture.store.all(key).count - 1, bit: 0)
        let vault = try fixture.reopened()
        let chunk = try #require(chunks.first)
        var plain = [UInt8](repeating: 0, count: 64)
        let error = #expect(throws: PerigeeError.self) {
            try plain.withUnsafeMutableBytes {
                try vault.chunkReader().read(ChunkReference(id: chunk.key, length: UInt32(chunk.value.count)), into: $0)
            }
        }
        #expect(error?.code == .damaged && error?.place == key.text)
        #expect(try vault.beginWriting(.stored).statistics.adoptedPacks == 1)
        try check(chunks, in: vault)
    }

    @Test func `A pack that is gone is asked for once, however many records it had`() throws {
        var seed = Seed.fromEnvironment()
        let store = MeteredStore(MemoryStore())
        let fixture = try VaultFixture(store)
        let chunks = (0..<60).map { _ in seed.bytes(3_000) }
        let session = try fixture.vault.beginWriting(.stored)
        let writer = try session.chunkWriter()
        let references = try chunks.map { chunk in
            try chunk.withUnsafeBytes { bytes in
                let id = writer.identify(bytes)
                _ = try writer.add(bytes, id: id)
                return ChunkReference(id: id, length: UInt32(bytes.count))
            }
        }
        try writer.finish()
        try session.flushIndex()
        let reader = try fixture.reopened().chunkReader()
        var plain = [UInt8](repeating: 0, count: 6_000)
        let first = Array(references[..<2])
        try plain.withUnsafeMutableBytes { try reader.finish(reader.start(first, alone: true), into: $0) }
        #expect(plain == chunks[0] + chunks[1])
        let packs = try store.list("packs/", after: nil, limit: 10).map(\.key)
        #expect(packs.count == 1)
        try store.delete(packs[0])
        let before = store.meter.reads
        for pair in stride(from: 0, to: references.count, by: 2) {
            let error = #expect(throws: PerigeeError.self) {
                try plain.withUnsafeMutableBytes {
                    try reader.finish(reader.start(Array(references[pair..<(pair + 2)]), alone: true), into: $0)
                }
            }
            #expect(error?.code == .notFound && error?.place == packs[0].text, "\(String(describing: error))")
        }
        // Twice for the first: what was begun, and what then finds out why it failed.
        #expect(store.meter.reads - before <= 3, "\(store.meter.reads - before) reads")
    }
}
