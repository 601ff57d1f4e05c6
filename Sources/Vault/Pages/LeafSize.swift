/// How long the leaves of a tree of entries are on average: for its writer to choose.
///
/// Readers take any. Trees that were made with different sizes share the leaves that are taken over as they are, and no others.
public enum LeafSize: Sendable {
    /// About 32 KiB, some 600 files: for a tree that is written once. The golden pages have it.
    case wide
    /// About 2 KiB, some 35 files: after a change little has to be written anew. A record and an entry of the index for each cost
    /// 0.1 % of a first snapshot.
    case narrow

    /// The weight that leaves have on average; see ``BoundaryRule``.
    var average: UInt64 {
        switch self {
        case .wide: 1024
        case .narrow: 64
        }
    }
}
