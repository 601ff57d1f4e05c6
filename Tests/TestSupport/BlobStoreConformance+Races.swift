internal import Model
internal import Storage
internal import Synchronization
internal import Workers

// Promises about many threads at once.
extension BlobStoreConformance {
    private static let threads = 8

    static func checkOneWriter(_ store: any BlobStore, existing: Bool) throws {
        for round in 0..<25 {
            let key = try key("race/r\(round)")
            let condition = existing ? PutCondition.matches(try store.put(key, [255], if: .always)) : .absent
            let winners = Mutex<[Int]>([])
            let gate = Monitor(0)
            try Crew.run(threads) { thread in
                gate.change { $0 += 1 }
                gate.wait { $0 == threads ? () : nil }
                do {
                    try store.put(key, [UInt8(thread), UInt8(round)], if: condition)
                    winners.withLock { $0.append(thread) }
                } catch let error as PerigeeError {
                    try expect(error.code == .conflict, "a loser hears \(error)")
                }
            }
            let won = winners.withLock { $0 }
            try expect(won.count == 1, "\(won.count) writers succeeded in round \(round)")
            try expect(
                try store.get(key, limit: ByteCount(9)) == [UInt8(won[0]), UInt8(round)], "a loser's bytes were kept")
        }
    }

    static func checkCounter(_ store: any BlobStore) throws {
        let key = try key("counter")
        let steps = 20
        try store.put(key, [0, 0], if: .always)
        try Crew.run(threads) { _ in
            for _ in 0..<steps {
                while let (bytes, version) = try store.fetch(key, limit: ByteCount(2)) {
                    let next = UInt16(bytes[0]) << 8 + UInt16(bytes[1]) + 1
                    do {
                        try store.put(key, [UInt8(next >> 8), UInt8(next & 255)], if: .matches(version))
                        break
                    } catch let error as PerigeeError where error.code == .conflict {
                        continue
                    }
                }
            }
        }
        let bytes = try store.get(key, limit: ByteCount(2))
        let count = Int(bytes[0]) << 8 + Int(bytes[1])
        try expect(count == threads * steps, "\(threads * steps) steps were counted as \(count)")
    }

    static func checkAtomicity(_ store: any BlobStore) throws {
        let key = try key("rewritten")
        let lengths = [30_000, 90_000, 100, 200_000]
        @Sendable func blob(_ number: Int) -> [UInt8] {
            [UInt8](repeating: UInt8(number % 251), count: lengths[number % lengths.count] + number)
        }
        try store.put(key, blob(0), if: .always)
        let isOver = Atomic(0)
        try Crew.run(6) { thread in
            if thread < 2 {
                defer { isOver.add(1, ordering: .relaxed) }
                for number in 0..<60 { try store.put(key, blob(number * 2 + thread), if: .always) }
                return
            }
            while isOver.load(ordering: .relaxed) < 2 {
                let bytes = try store.get(key, limit: ByteCount(300_000))
                guard let first = bytes.first else { throw Failure(description: "a reader saw an empty blob") }
                try expect(bytes.allSatisfy { $0 == first }, "a reader saw parts of two blobs")
                let isOne = (0..<120).contains { $0 % 251 == Int(first) && blob($0).count == bytes.count }
                try expect(isOne, "a reader saw \(bytes.count) bytes of \(first), which nobody wrote")
            }
        }
    }
}
