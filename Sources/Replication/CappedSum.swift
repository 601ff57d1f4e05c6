extension UInt64 {
    /// Adds `more`, and stays at the greatest number where the sum would be above it: sparse files, and listings that claim
    /// anything, can have sizes that come to more.
    mutating func addCapped(_ more: UInt64) {
        let (sum, isBeyond) = addingReportingOverflow(more)
        self = isBeyond ? .max : sum
    }
}
