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
