internal import Model
internal import Storage

// Promises about listings and staged blobs.
extension BlobStoreConformance {
    static func checkListing(_ store: any BlobStore) throws {
        try expect(try store.list("", after: nil, limit: 10).isEmpty, "an empty store lists something")
        let texts = [
            "a", "a-b", "a.b", "ab", "a0/b", "a_/b", "b/a/c", "b/a-c", "b/a.c", "b/a/d", "b/a0", "b-/a", "b.a", "b0",
            "c/" + String(repeating: "x", count: 200), "packs/00/aa", "packs/0a/bb", "packs/a0/cc", "z",
        ]
        for text in texts.reversed() { try store.put(try key(text), Array(text.utf8), if: .absent) }
        let sorted = texts.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        for pageSize in [1, 2, 3, 7, texts.count, texts.count + 1, 1000] {
            let found = try keys(store, "", pageSize: pageSize)
            try expect(found == sorted, "pages of \(pageSize) give \(found)")
        }
        for info in try store.list("", after: nil, limit: 100) {
            try expect(info.size == ByteCount(info.key.text.utf8.count), "\(info.key) is listed with \(info.size)")
        }
        for (index, text) in sorted.enumerated() {
            let rest = try store.list("", after: try key(text), limit: 2).map(\.key.text)
            try expect(rest == Array(sorted[(index + 1)...].prefix(2)), "after \(text) come \(rest)")
        }
        try expect(try store.list("", after: nil, limit: 0).isEmpty, "a page of nothing holds something")
        let between = try store.list("", after: try key("b/a/b"), limit: 1).map(\.key.text)
        try expect(between == ["b/a/c"], "after a key that is not there comes \(between)")
    }

    static func checkPrefix(_ store: any BlobStore) throws {
        let texts = ["a", "aa", "aab/b", "ab/c", "ab/cd", "ab/d/e", "b"]
        for text in texts { try store.put(try key(text), [1], if: .absent) }
        for prefix in ["", "a", "aa", "aa/", "ab/", "ab/c", "ab/d", "ab/d/", "ab/d/e", "ab/d/e/", "b", "c", "A", "../"]
        {
            let found = try keys(store, prefix, pageSize: 2)
            try expect(found == texts.filter { $0.hasPrefix(prefix) }, "prefix \"\(prefix)\" gives \(found)")
        }
        let rest = try store.list("ab/", after: try key("ab/c"), limit: 10).map(\.key.text)
        try expect(rest == ["ab/cd", "ab/d/e"], "after ab/c come \(rest)")
        try expect(try store.list("ab/", after: try key("b"), limit: 10).isEmpty, "a cursor beyond the prefix is lost")
        try expect(try store.list("b", after: try key("a"), limit: 10).count == 1, "a cursor before the prefix is lost")
    }

    static func checkStaging(_ store: any BlobStore) throws {
        var seed = Seed.fromEnvironment()
        for count in [0, 1, 65536, 300_000] {
            let staging = try store.stage()
            let bytes = seed.bytes(count)
            for start in stride(from: 0, to: count, by: 70_000) {
                try bytes[start..<min(count, start + 70_000)].withUnsafeBytes { try staging.append($0) }
            }
            let key = try key("staged/s\(count)")
            try expect(try store.info(key) == nil, "a staged blob is there before its commit")
            try expect(try !keys(store, "").contains(key.text), "a staged blob is listed before its commit")
            let version = try staging.commit(as: key, if: .absent)
            try expect(try store.get(key, limit: ByteCount(count)) == bytes, "\(count) staged bytes are lost")
            try expect(try store.info(key)?.version == version, "a commit gives another version than info")
            try expect(.refused, "appending after the commit") { try [1].withUnsafeBytes { try staging.append($0) } }
            try expect(.refused, "a second commit") { _ = try staging.commit(as: key, if: .always) }
        }
    }

    static func checkStagingDropped(_ store: any BlobStore) throws {
        do {
            let staging = try store.stage()
            try [UInt8](repeating: 1, count: 100_000).withUnsafeBytes { try staging.append($0) }
        }
        let open = try store.stage()
        try [1, 2, 3].withUnsafeBytes { try open.append($0) }
        try expect(try keys(store, "").isEmpty, "a blob that was not committed is listed")
        withExtendedLifetime(open) {}
    }

    static func checkStagingConditions(_ store: any BlobStore) throws {
        let key = try key("conditions")
        func staged(_ byte: UInt8) throws -> any BlobStaging {
            let staging = try store.stage()
            try [byte].withUnsafeBytes { try staging.append($0) }
            return staging
        }
        let first = try staged(1).commit(as: key, if: .absent)
        try expect(.conflict, "a second creation") { _ = try staged(2).commit(as: key, if: .absent) }
        let second = try staged(3).commit(as: key, if: .matches(first))
        try expect(.conflict, "replacing an old version") { _ = try staged(4).commit(as: key, if: .matches(first)) }
        try expect(try store.get(key, limit: ByteCount(9)) == [3], "a commit in conflict changed the blob")
        _ = try staged(5).commit(as: key, if: .matches(second))
        _ = try staged(6).commit(as: key, if: .always)
        try expect(try store.get(key, limit: ByteCount(9)) == [6], "a commit is lost")
        try expect(try keys(store, "") == ["conditions"], "commits in conflict left something")
    }
}
