/// A bucket of an index segment: one cache line that says where its entries begin and, by a Bloom filter, which it
/// lacks.
///
/// IDs are spread evenly, so the bucket of an ID is `prefix * buckets / 2^64`: entries of one bucket lie side by side,
/// and buckets are written in order while sorted entries stream by. The line holds the position of the bucket's first
/// entry (8 bytes, little-endian), then ``filterBits`` of filter, ``probes`` of which are set for each ID: about eleven
/// bits an entry, one or two false hits in a hundred, one cache miss for most lookups of what is not there. (Putze,
/// Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007.)
enum IndexBucket {
    static let byteCount = 64
    /// The entries of a bucket, on average.
    static let entries = 40
    static let filterBits: UInt64 = 448
    static let probes = 6

    /// How many buckets a segment of at most `entryCount` entries has.
    static func count(for entryCount: Int) -> Int { max(1, (entryCount + entries - 1) / entries) }

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
