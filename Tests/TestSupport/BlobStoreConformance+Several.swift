internal import Files
internal import Model
internal import Storage

// Promises about what is asked for together.
extension BlobStoreConformance {
    static func checkReplies(_ store: any BlobStore) throws {
        let (small, long, none) = (try key("small"), try key("long"), try key("none"))
        let version = try store.put(small, [1, 2, 3], if: .always)
        try store.put(long, [UInt8](repeating: 9, count: 5000), if: .always)
        let replies = try store.replies(to: [
            .get(none, limit: ByteCount(10)), .fetch(small, limit: ByteCount(3)), .get(long, limit: ByteCount(4999)),
            .get(small, limit: ByteCount(10)),
            .list("", after: nil, limit: 1), .list("", after: long, limit: 5), .fetch(none, limit: ByteCount(1)),
        ])
        try expect(replies.count == 7, "\(replies.count) replies to 7 questions")
        let words = replies.map { reply in
            switch reply {
            case .blob(let bytes, let version): "\(bytes) \(version?.token ?? "-")"
            case .absent: "absent"
            case .page(let infos): infos.map(\.key.text).joined(separator: " ")
            case .failed(let error): error.code.rawValue
            }
        }
        let expected = [
            "absent", "[1, 2, 3] \(version.token)", PerigeeError.Code.limit.rawValue, "[1, 2, 3] -", "long", "small",
            "absent",
        ]
        try expect(words == expected, "\(words) in the place of \(expected)")
        try expect(try store.replies(to: []).isEmpty, "something is replied to nothing")
    }

    static func checkPutsInTurn(_ store: any BlobStore) throws {
        let keys = try (0..<5).map { try key("turn/\($0)") }
        let long = [UInt8](repeating: 7, count: 100_000)
        let versions = try store.putInTurn([
            BlobPut(keys[0], [1], if: .absent), BlobPut(keys[1], long, if: .always), BlobPut(keys[2], [], if: .absent),
        ])
        try expect(versions.count == 3, "\(versions.count) versions of 3 blobs")
        for (key, version) in zip(keys, versions) {
            let found = try store.info(key)?.version
            try expect(found == version, "\(key) has the version \(found?.token ?? "-") and not \(version.token)")
        }
        try expect(try store.get(keys[1], limit: ByteCount(200_000)) == long, "a long blob is another one")
        // The second fails: the first is there, and no later one, whatever its own condition says.
        try expect(.conflict, "putting where the second of four must fail") {
            try store.putInTurn([
                BlobPut(keys[0], [2], if: .matches(versions[0])), BlobPut(keys[2], [3], if: .absent),
                BlobPut(keys[3], [4], if: .always), BlobPut(keys[4], [5], if: .absent),
            ])
        }
        try expect(try store.get(keys[0], limit: ByteCount(9)) == [2], "the blob before the failure is not there")
        try expect(try store.get(keys[2], limit: ByteCount(9)) == [], "a blob was replaced against its condition")
        for key in keys[3...] { try expect(try !store.exists(key), "\(key) was put after one that failed") }
        // What failed is forgotten.
        try store.putInTurn([BlobPut(keys[3], [6], if: .absent)])
        try store.putInTurn([BlobPut(keys[4], [7], if: .absent), BlobPut(keys[3], [8], if: .always)])
        try expect(try store.get(keys[3], limit: ByteCount(9)) == [8], "puts after a failure are lost")
        try expect(try store.putInTurn([]).isEmpty, "nothing has versions")
    }

    static func checkReads(_ store: any BlobStore) throws {
        var seed = Seed.fromEnvironment()
        let (first, second) = (try key("first"), try key("second"))
        let (bytes, others) = (seed.bytes(2_500_000), seed.bytes(70_000))
        try store.put(first, bytes, if: .always)
        try store.put(second, others, if: .always)
        let wishes = [(first, 10, 1_500_000), (second, 0, 70_000), (first, 2_499_999, 1), (second, 100, 5)]
        let parts = wishes.map { BlobPart($0.0, at: UInt64($0.1), into: IOBuffer(count: $0.2)) }
        // One that is begun and never waited for is in nobody's way.
        _ = try store.startReads(parts)
        let reading = try store.startReads(parts)
        let single = IOBuffer(count: 80_000)
        let alone = try store.startRead(second, at: 0, into: single)
        try expect(try reading.finish().count == wishes.reduce(0) { $0 + $1.2 }, "several reads bring too little")
        for (wish, part) in zip(wishes, parts) {
            let whole = wish.0 == first ? bytes : others
            let isSame = part.buffer.bytes.elementsEqual(whole[wish.1..<(wish.1 + wish.2)])
            try expect(isSame, "byte \(wish.1) of \(wish.0) and the next ones are others (seed \(seed.value))")
        }
        try expect(try alone.finish().count == 70_000, "a read ends elsewhere than its blob")
        try expect(single.bytes.prefix(70_000).elementsEqual(others), "a single read brings others")
        let missing = BlobPart(try key("none"), at: 0, into: IOBuffer(count: 1))
        var code: PerigeeError.Code?
        do {
            _ = try store.startReads([parts[1], missing, parts[3]]).finish()
        } catch let error as PerigeeError {
            code = error.code
        }
        try expect(code == .notFound, "a blob that is not there is read")
    }
}
