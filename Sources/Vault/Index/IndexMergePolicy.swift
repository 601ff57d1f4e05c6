/// When segments are merged: as soon as more than ``segmentsMax`` are of about the same size.
///
/// Sizes count in steps of four, so that each entry is merged about once a step, and a vault of 10^8 chunks has two
/// dozen segments at most.
enum IndexMergePolicy {
    /// The most segments of one size.
    static let segmentsMax = 4
    /// The most segments that are merged in one go.
    static let groupMax = 16
    /// Segments of fewer entries count as one size.
    static let entriesMin = 4096

    /// The segments to merge next; nil where all is well.
    static func group(of segments: [IndexSegment]) -> [IndexSegment]? {
        let sizes = Dictionary(grouping: segments) { size(of: $0.entryCount) }
        guard let crowded = sizes.filter({ $0.value.count > segmentsMax }).min(by: { $0.key < $1.key }) else {
            return nil
        }
        return Array(crowded.value.sorted { $0.name < $1.name }.prefix(groupMax))
    }

    private static func size(of entryCount: Int) -> Int {
        let steps = max(entryCount, entriesMin) / entriesMin
        return (Int.bitWidth - steps.leadingZeroBitCount - 1) / 2
    }
}
