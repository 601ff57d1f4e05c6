#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Records of bytes in one piece of memory, with an index that is sorted instead of them.
struct RecordBatch {
    /// Where a record lies, with its first eight bytes as a number, which decide most comparisons.
    private struct Slot {
        var prefix: UInt64
        var offset: Int
        var length: Int
    }

    private var bytes: [UInt8] = []
    private var slots: [Slot] = []

    var count: Int { slots.count }
    var isEmpty: Bool { slots.isEmpty }
    /// The memory that the records take.
    var cost: Int { bytes.count + slots.count * MemoryLayout<Slot>.stride }

    /// The memory that a record of `length` bytes takes.
    static func cost(of length: Int) -> Int { length + MemoryLayout<Slot>.stride }

    mutating func append(_ record: UnsafeRawBufferPointer) {
        slots.append(Slot(prefix: Self.prefix(record), offset: bytes.count, length: record.count))
        bytes.append(contentsOf: record)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
    }

    /// Runs `body` on a record.
    func with<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let slot = slots[index]
        return try bytes.withUnsafeBytes { all in
            try body(UnsafeRawBufferPointer(rebasing: all[slot.offset..<(slot.offset + slot.length)]))
        }
    }

    mutating func sort(by order: SpillSorter.Order?) {
        bytes.withUnsafeBytes { all in
            func record(_ slot: Slot) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: all[slot.offset..<(slot.offset + slot.length)])
            }
            if let order {
                slots.sort { order(record($0), record($1)) }
            } else {
                slots.sort { a, b in
                    a.prefix != b.prefix ? a.prefix < b.prefix : Self.precedes(record(a), record(b))
                }
            }
        }
    }

    /// Whether `a` comes before `b` in the order of the bytes, a shorter record before its continuations.
    static func precedes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        let common = min(a.count, b.count)
        guard common > 0, let x = a.baseAddress, let y = b.baseAddress else { return a.count < b.count }
        let order = memcmp(x, y, common)
        return order != 0 ? order < 0 : a.count < b.count
    }

    private static func prefix(_ record: UnsafeRawBufferPointer) -> UInt64 {
        if record.count >= 8 { return UInt64(bigEndian: record.loadUnaligned(as: UInt64.self)) }
        var value: UInt64 = 0
        for index in 0..<8 { value = value << 8 | (index < record.count ? UInt64(record[index]) : 0) }
        return value
    }
}
