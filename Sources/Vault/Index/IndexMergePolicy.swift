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
        crowded(segments) { $0.entryCount }.map { Array($0.sorted { $0.name < $1.name }.prefix(groupMax)) }
    }

    /// The merges that follow where segments of the sizes `added` come, one after the other, to those of the sizes `present`.
    static func merges(of present: [IndexExtent], adding added: [IndexExtent]) -> [IndexMerge] {
        var (all, merges) = (present, [IndexMerge]())
        for one in added {
            all.append(one)
            while let group = crowded(all, \.entries)?.prefix(groupMax) {
                for one in group { if let place = all.firstIndex(of: one) { all.remove(at: place) } }
                let made = IndexExtent(
                    entries: group.reduce(0) { $0 + $1.entries }, packs: group.reduce(0) { $0 + $1.packs })
                merges.append(IndexMerge(segments: group.count, bytes: made.bytes(replacing: group.count)))
                all.append(made)
            }
        }
        return merges
    }

    /// Those of the smallest size of which there are too many; nil where there is none.
    private static func crowded<Segment>(_ segments: [Segment], _ entryCount: (Segment) -> Int) -> [Segment]? {
        let sizes = Dictionary(grouping: segments) { size(of: entryCount($0)) }
        return sizes.filter { $0.value.count > segmentsMax }.min { $0.key < $1.key }?.value
    }

    private static func size(of entryCount: Int) -> Int {
        let steps = max(entryCount, entriesMin) / entriesMin
        return (Int.bitWidth - steps.leadingZeroBitCount - 1) / 2
    }
}
