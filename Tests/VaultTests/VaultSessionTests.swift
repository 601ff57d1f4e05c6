import Content
import Hashing
import Model
import Storage
import TestSupport
import Testing
import Vault
import Workers

@Suite struct VaultSessionTests {
    @Test func `What is committed is read back byte for byte, by another opening of the vault`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try VaultFixture()
        for compression in [Compression.auto, .stored, .zstd(level: 1), .lz4] {
            let files = VaultFixture.files(&seed, count: 20, size: 200_000)
            let snapshot = try VaultFixture.commit(files, to: fixture.vault, compression)
            let read = try VaultFixture.files(of: snapshot, in: fixture.reopened())
            #expect(read == Dictionary(uniqueKeysWithValues: files), "seed \(seed.value)")
        }
        #expect(try fixture.vault.verify(VerifyOptions(level: .data)).isSound)
    }

    @Test func `A chunk is written once, whoever brings it and however often`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try VaultFixture()
        let chunks = (0..<500).map { _ in seed.bytes(Int.random(in: 1...900, using: &seed)) }
        let session = try fixture.vault.beginWriting(.stored)
        try Crew.run(4) { _ in
            let writer = try session.chunkWriter()
            for chunk in chunks {
                try chunk.withUnsafeBytes { _ = try writer.add($0, id: writer.identify($0)) }
            }
            try writer.finish()
        }
        #expect(session.statistics.addedChunks == UInt64(Set(chunks).count))
        try session.flushIndex()
        let next = try fixture.reopened().beginWriting(.stored)
        let writer = try next.chunkWriter()
        for chunk in chunks {
            chunk.withUnsafeBytes { bytes in
                #expect(writer.isKnown(writer.identify(bytes)))
                #expect(!writer.claim(writer.identify(bytes)))
            }
        }
        #expect(next.statistics.adoptedPacks == 0)
    }

    @Test func `Small chunks are named the same many at once as one by one`() throws {
        var seed = Seed.fromEnvironment()
        let writer = try VaultFixture().vault.beginWriting(.auto).chunkWriter()
        let chunks = (0..<33).map { _ in seed.bytes(Int.random(in: 0...3000, using: &seed)) }
        let joined = chunks.flatMap { $0 }
        joined.withUnsafeBytes { all in
            var offset = 0
            let parts = chunks.map { chunk in
                defer { offset += chunk.count }
                return UnsafeRawBufferPointer(rebasing: all[offset..<(offset + chunk.count)])
            }
            var ids: [ContentID] = []
            parts.withUnsafeBufferPointer { writer.identify($0, into: &ids) }
            #expect(ids == parts.map { writer.identify($0) }, "seed \(seed.value)")
        }
    }

    @Test func `The packs of a killed run are taken over, and its pages are not`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try VaultFixture()
        let chunks = (0..<50).map { _ in seed.bytes(3000) }
        do {
            let session = try fixture.vault.beginWriting(.stored)
            let writer = try session.chunkWriter()
            for chunk in chunks { try chunk.withUnsafeBytes { _ = try writer.add($0, id: writer.identify($0)) } }
            try writer.finish()
            let pages = try session.pageSink()
            _ = try chunks[0].withUnsafeBytes { try pages.store($0) }
            try pages.finish()
        }
        let vault = try fixture.reopened()
        let session = try vault.beginWriting(.stored)
        #expect(session.statistics.adoptedPacks == 2)
        let writer = try session.chunkWriter()
        for chunk in chunks { chunk.withUnsafeBytes { #expect(writer.isKnown(writer.identify($0))) } }
        let pages = try session.pageSink()
        let id = try chunks[0].withUnsafeBytes { try pages.store($0) }
        #expect(vault.index.lookup(id) == nil)
        try pages.finish()
        #expect(session.statistics.addedPages == 1)
        #expect(try fixture.reopened().beginWriting(.stored).statistics.adoptedPacks == 1)
    }

    @Test func `A broken pack of a killed run is left alone, with a warning`() throws {
        let fixture = try VaultFixture()
        let digest = [1, 2, 3].withUnsafeBytes { Blake3.hash($0) }
        try fixture.store.put(BlobKey("packs", digest), [1, 2, 3], if: .absent)
        let session = try fixture.vault.beginWriting(.auto)
        #expect(session.warnings.count == 1)
    }

    @Test func `A commit is refused while a writer holds what is in no pack`() throws {
        let fixture = try VaultFixture()
        let session = try fixture.vault.beginWriting(.auto)
        let pages = try session.pageSink()
        var tree = EntryTreeBuilder(sink: pages)
        let writer = try session.chunkWriter()
        try tree.add(VaultFixture.entry("a", [1, 2, 3], 10, writer, pages))
        let draft = VaultFixture.draft(try tree.finish())
        try pages.finish()
        #expect(code { _ = try session.commit(draft, dataset: "d", expecting: nil) } == .refused)
        #expect(try fixture.reopened().datasets().isEmpty)
        try writer.finish()
        _ = try session.commit(draft, dataset: "d", expecting: nil)
        #expect(try fixture.reopened().datasets() == ["d"])
    }

    @Test func `Sessions that commit at once to one dataset all find their place in its history`() throws {
        let fixture = try VaultFixture()
        let count = 6
        try Crew.run(count) { index in
            let vault = index.isMultiple(of: 2) ? fixture.vault : try fixture.reopened()
            for round in 0..<4 {
                try VaultFixture.commit(
                    [
                        ("shared", [UInt8](repeating: 9, count: 20_000)),
                        ("own-\(index)-\(round)", [UInt8(index), UInt8(round)]),
                    ],
                    to: vault)
            }
        }
        let vault = try fixture.reopened()
        var history = try vault.history("data")
        var sequences: [UInt64] = []
        var own: Set<String> = []
        while let snapshot = try history.next() {
            sequences.append(snapshot.sequence)
            let files = try VaultFixture.files(of: snapshot, in: vault)
            #expect(files["shared"]?.count == 20_000)
            own.formUnion(files.keys)
        }
        #expect(sequences == (0..<UInt64(count * 4)).reversed())
        #expect(own.count == count * 4 + 1)
        #expect(try vault.verify(VerifyOptions(level: .data)).damages.map(\.place) == [])
    }

    @Test func `A snapshot is found by age, by digits and by time`() throws {
        let vault = try VaultFixture().vault
        let snapshots = try (0..<3).map { try VaultFixture.commit([("a", [UInt8($0)])], to: vault) }
        #expect(try vault.latest("data") == snapshots[2])
        #expect(try vault.resolve("data", .latest(back: 2)) == snapshots[0])
        #expect(try vault.resolve("data", .prefix(String(snapshots[1].id.hex.prefix(9)))) == snapshots[1])
        #expect(try vault.resolve("data", .instant(Timestamp(seconds: 1_900_000_000))) == snapshots[2])
        #expect(code { _ = try vault.resolve("data", .instant(Timestamp(seconds: 1))) } == .notFound)
        #expect(code { _ = try vault.resolve("data", .latest(back: 3)) } == .notFound)
        #expect(code { _ = try vault.resolve("none", .latest(back: 0)) } == .notFound)
        #expect(try vault.latest("none") == nil)
    }

    @Test func `A long run lists its chunks as it goes, and still knows them`() throws {
        let fixture = try VaultFixture()
        let session = try fixture.vault.beginWriting(.stored)
        let count = VaultSession.unlistedEntriesMax + 80_000
        try Crew.run(2) { half in
            let writer = try session.chunkWriter()
            for number in 0..<count {
                // Both bring most of the chunks, in different order.
                let value = UInt64(half == 0 ? number : count - 1 - number)
                _ = try withUnsafeBytes(of: value) { try writer.add($0, id: writer.identify($0)) }
            }
            try writer.finish()
        }
        #expect(session.statistics.addedChunks == UInt64(count))
        #expect(fixture.vault.index.segmentCount >= 1)
        #expect(fixture.vault.index.entryCount >= VaultSession.unlistedEntriesMax)
        let writer = try session.chunkWriter()
        for number in stride(from: 0, to: count, by: 97) {
            withUnsafeBytes(of: UInt64(number)) { #expect(!writer.claim(writer.identify($0))) }
        }
    }
}
