internal import Model
internal import Storage

// Promises about single blobs.
extension BlobStoreConformance {
    static func checkWhatIsPutIsRead(_ store: any BlobStore) throws {
        var seed = Seed.fromEnvironment()
        for count in [0, 1, 100, 65536, 65537, 1_000_003] {
            let key = try key("blobs/b\(count)")
            let bytes = seed.bytes(count)
            let cuts = (0..<3).map { _ in Int.random(in: 0...count, using: &seed) }.sorted()
            try bytes.withUnsafeBytes { whole in
                let ends = zip([0] + cuts, cuts + [count])
                let parts = ends.map { UnsafeRawBufferPointer(rebasing: whole[$0..<$1]) }
                try store.put(key, parts, if: .always)
            }
            let got = try store.get(key, limit: ByteCount(count))
            try expect(got == bytes, "\(count) bytes come back as \(got.count) others (seed \(seed.value))")
            let other = seed.bytes(count / 2)
            try store.put(key, other, if: .always)
            try expect(try store.get(key, limit: ByteCount(count)) == other, "a shorter blob does not replace a longer")
        }
        let none = try key("none")
        try store.put(none, [], if: .always)
        try expect(try store.get(none, limit: .zero).isEmpty, "a blob of no parts is not empty")
    }

    static func checkRanges(_ store: any BlobStore) throws {
        var seed = Seed.fromEnvironment()
        let key = try key("ranges")
        let bytes = seed.bytes(100_000)
        try store.put(key, bytes, if: .always)
        let edges: [(UInt64, Int)] = [
            (0, 0), (0, 1), (0, 100_000), (0, 100_001), (99_999, 1), (99_999, 2), (100_000, 1), (100_001, 5),
            (50_000, 0), (1 << 40, 10), (UInt64(Int64.max), 10), (UInt64.max, 10),
        ]
        let random = (0..<50).map { _ in
            (UInt64.random(in: 0..<100_000, using: &seed), Int.random(in: 0..<20_000, using: &seed))
        }
        for (offset, count) in edges + random {
            let expected = offset < 100_000 ? Array(bytes[Int(offset)...].prefix(count)) : []
            let got: [UInt8]
            do {
                got = try read(store, key, offset, count)
            } catch let error as PerigeeError where offset > UInt64(Int64.max) {
                // No store has as much; refusing is as good as giving nothing.
                _ = error
                continue
            }
            try expect(got == expected, "\(count) bytes from \(offset) on are not those that were put")
        }
    }

    static func checkMissing(_ store: any BlobStore) throws {
        try store.put(try key("here/too"), [1], if: .always)
        for text in ["missing", "missing/deeper", "here/too/deep", "here", "here/toot"] {
            let key = try key(text)
            try expect(try store.info(key) == nil, "\(text) has info")
            try expect(.notFound, "reading \(text)") { _ = try read(store, key, 0, 10) }
            try expect(.notFound, "getting \(text)") { _ = try store.get(key, limit: ByteCount(10)) }
            try store.delete(key)
        }
        try expect(try store.exists(try key("here/too")), "a deletion beside it took a blob away")
        try expect(.conflict, "replacing a version of nothing") {
            try store.put(try key("missing"), [1], if: .matches(BlobVersion("nonsense")))
        }
    }

    static func checkInfo(_ store: any BlobStore) throws {
        let key = try key("informed")
        var versions = Set<BlobVersion>()
        for bytes in [[1], [2], [1, 2], [], [UInt8](repeating: 7, count: 200_000)] as [[UInt8]] {
            let version = try store.put(key, bytes, if: .always)
            guard let info = try store.info(key) else { throw Failure(description: "a blob has no info") }
            try expect(info.key == key && info.size == ByteCount(bytes.count), "info is \(info)")
            try expect(info.version == version, "info has version \(String(describing: info.version)), put \(version)")
            try expect(versions.insert(version).inserted, "two states have one version")
            try expect(info.modified.seconds > 1_700_000_000, "the time of the put is \(info.modified)")
        }
    }

    static func checkAbsent(_ store: any BlobStore) throws {
        let key = try key("only/once")
        let version = try store.put(key, [1], if: .absent)
        try expect(.conflict, "a second creation") { try store.put(key, [2], if: .absent) }
        try expect(try store.get(key, limit: ByteCount(9)) == [1], "a put in conflict changed the blob")
        try expect(try store.info(key)?.version == version, "a put in conflict changed the version")
        try store.delete(key)
        try store.put(key, [3], if: .absent)
        try expect(try store.get(key, limit: ByteCount(9)) == [3], "a deleted blob cannot be created again")
    }

    static func checkMatches(_ store: any BlobStore) throws {
        let key = try key("refs/one")
        let first = try store.put(key, [1], if: .absent)
        let second = try store.put(key, [2], if: .matches(first))
        try expect(.conflict, "replacing an old version") { try store.put(key, [3], if: .matches(first)) }
        try expect(try store.get(key, limit: ByteCount(9)) == [2], "a put in conflict changed the blob")
        let other = try store.put(try Self.key("refs/two"), [9], if: .always)
        try expect(.conflict, "naming another blob's version") { try store.put(key, [3], if: .matches(other)) }
        try store.put(key, [4], if: .matches(second))
        try expect(try store.get(key, limit: ByteCount(9)) == [4], "a put on the right version is lost")
        try store.delete(key)
        try expect(.conflict, "replacing what was deleted") { try store.put(key, [5], if: .matches(second)) }
    }

    static func checkDelete(_ store: any BlobStore) throws {
        let (one, two) = (try key("folder/one"), try key("folder/two"))
        try store.delete(one)
        try store.put(one, [1], if: .always)
        try store.put(two, [2], if: .always)
        try store.delete(one)
        try store.delete(one)
        try expect(try store.info(one) == nil, "a deleted blob has info")
        try expect(try keys(store, "") == ["folder/two"], "a deleted blob is listed")
        try expect(.notFound, "reading a deleted blob") { _ = try read(store, one, 0, 1) }
        try expect(try store.get(two, limit: ByteCount(1)) == [2], "a deletion took a neighbour's bytes")
    }

    static func checkKeys(_ store: any BlobStore) throws {
        let long = String(repeating: "k", count: BlobKey.lengthMax)
        let deep = String(repeating: "d/", count: 127) + "e"
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789-_./0-_..x/z-"
        for text in [long, deep, letters] {
            let key = try key(text)
            try store.put(key, Array(text.utf8), if: .absent)
            try expect(try store.get(key, limit: ByteCount(300)) == Array(text.utf8), "\(text) is not kept")
        }
        try expect(try keys(store, "") == [letters, deep, long].sorted(), "keys are not listed as they are")
    }

    static func checkComforts(_ store: any BlobStore) throws {
        let key = try key("comfort")
        try expect(try store.fetch(key, limit: ByteCount(9)) == nil, "a missing blob is fetched")
        try expect(try !store.exists(key), "a missing blob exists")
        let version = try store.put(key, [1, 2, 3], if: .always)
        guard let fetched = try store.fetch(key, limit: ByteCount(3)) else {
            throw Failure(description: "a blob cannot be fetched")
        }
        try expect(fetched.bytes == [1, 2, 3] && fetched.version == version, "fetched \(fetched)")
        try expect(.limit, "getting more than the limit") { _ = try store.get(key, limit: ByteCount(2)) }
        try expect(.limit, "fetching more than the limit") { _ = try store.fetch(key, limit: ByteCount(2)) }
    }
}
