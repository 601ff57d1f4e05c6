/// Where a page ends: after a record whose key's hash is small enough, once the page is large enough.
///
/// A boundary depends only on what follows the boundary before it, and mostly on one key alone: so the same records give
/// the same pages whatever was there before, and after a change the boundaries soon fall where they fell. Each record
/// has a weight. With `w` the weight of the page so far, its last record's included:
///
/// - below `average / 4` the page goes on;
/// - from `4 * average` on, or from ``PageLimits/softPage`` bytes on, it ends;
/// - else it ends where the last record's hash is below its weight times `2^64 / (4 * average)`, and from
///   `w = average` on times `2^64 / (average / 4)`: which keeps most pages near the average.
struct BoundaryRule {
    /// The weight that pages have on average, roughly; a power of two.
    let average: UInt64
    /// What makes the hashes of this level independent of those of all others.
    let salt: UInt64

    /// Leaves of entries, of which a weight is about 32 bytes.
    static func entries(_ size: PageSize) -> BoundaryRule { BoundaryRule(average: size.entries, salt: 0) }
    /// Leaves of chunk lists: a chunk weighs 1 and has about 35 bytes.
    static func chunks(_ size: PageSize) -> BoundaryRule { BoundaryRule(average: size.chunks, salt: 0x100) }

    /// The pages of `level` (from 1 on) above entries; a child weighs 1.
    static func entryChildren(_ size: PageSize, level: Int) -> BoundaryRule {
        BoundaryRule(average: size.children(level: level), salt: UInt64(level))
    }
    /// The pages of `level` (from 1 on) above chunks; a child weighs 1.
    static func chunkChildren(_ size: PageSize, level: Int) -> BoundaryRule {
        BoundaryRule(average: size.children(level: level), salt: 0x100 + UInt64(level))
    }

    /// Whether the page ends here.
    ///
    /// - Parameters:
    ///   - total: the weight of the page, the last record's included.
    ///   - bytes: the bytes of the page.
    ///   - weight: the weight of the last record.
    ///   - key: the last record's key.
    func ends(total: UInt64, bytes: Int, weight: UInt64, key: UnsafeRawBufferPointer) -> Bool {
        if total >= average * 4 || bytes >= PageLimits.softPage { return true }
        if total < average / 4 { return false }
        let share = UInt64.max / (total < average ? average * 4 : average / 4)
        let (limit, overflow) = share.multipliedReportingOverflow(by: weight)
        return overflow || KeyHash.hash(key, salt: salt) < limit
    }
}
