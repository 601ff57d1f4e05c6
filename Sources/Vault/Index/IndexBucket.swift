/// A bucket of an index segment: one cache line that says where its entries begin and, by a Bloom filter, which it
/// lacks.
///
/// IDs are spread evenly, so the bucket of an ID is `prefix * buckets / 2^64`: entries of one bucket lie side by side,
/// and buckets are written in order while sorted entries stream by. The line holds the position of the bucket's first
/// entry (8 bytes, little-endian), then ``filterBits`` of filter, ``probes`` of which are set for each ID. (Putze, Sanders,
/// Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007.)
///
/// An ID that is nowhere is looked for in every segment, so false hits add up over them, while nearly all memory is that
/// of the largest few. So these have 19 bits an entry, one false hit in 1,500, and the many small ones 37 and next to
/// none: less than one in a hundred in all, one cache miss a segment for the rest. (Dayan, Athanassoulis, Idreos: Monkey,
/// 2017.) How many buckets a segment has is the writer's choice; readers take what its footer says.
package enum IndexBucket {
    package static let byteCount = 64
    /// The entries of a bucket of a large segment, on average.
    static let entriesOfLarge = 24
    /// The entries of a bucket of a small segment, on average.
    static let entriesOfSmall = 12
    /// Segments of so many entries are large.
    static let largeCount = 1 << 20
    static let filterBits: UInt64 = 448
    static let probes = 6

    /// A segment of so many entries has one bucket.
    static let entriesOfOne = 40

    /// How many buckets a segment of at most `entryCount` entries has.
    package static func count(for entryCount: Int) -> Int {
        guard entryCount > entriesOfOne else { return 1 }
        let entries = entryCount < largeCount ? entriesOfSmall : entriesOfLarge
        return (entryCount + entries - 1) / entries
    }

    /// Calls `body` with the word (0...6) and the bit of each probe of `key`, until it returns false.
    @inline(__always)
    static func probe(_ key: IndexKey, _ body: (_ word: Int, _ bit: UInt64) -> Bool) -> Bool {
        var source = key.spread
        for _ in 0..<probes {
            let position = ((source & 511) * filterBits) >> 9
            if !body(Int(position >> 6), 1 << (position & 63)) { return false }
            source >>= 9
        }
        return true
    }
}
