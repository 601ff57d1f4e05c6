/// What making an index anew came to.
public struct IndexRebuild: Hashable, Sendable {
    /// The segments that there were before, damaged ones included.
    public let segmentsBefore: Int
    /// The segments that there are now.
    public internal(set) var segments = 0
    /// The packs that they list.
    public internal(set) var packs = 0
    /// The chunks and pages that they list.
    public internal(set) var entries = 0

    init(segmentsBefore: Int) { self.segmentsBefore = segmentsBefore }
}
