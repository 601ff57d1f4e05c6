/// How long the pages of a tree of entries or of a list of chunks are on average: for its writer to choose.
///
/// Readers take any. Trees that were made with different sizes share the leaves that are taken over as they are, and no others.
public enum PageSize: Sendable {
    /// About 32 KiB: some 600 files, 1000 chunks or 250 pages below. For a tree that is written once. The golden pages have it.
    case wide
    /// Some 9 files, less than 500 bytes, or 32 chunks, 1 KiB; 8 of these below one page, and 16 of such below each further
    /// one. After a change little has to be written anew. A record and an entry of the index for each page cost some 20 bytes
    /// a file.
    case narrow

    /// The weight that leaves of entries have on average; see ``BoundaryRule``.
    var entries: UInt64 {
        switch self {
        case .wide: 1024
        case .narrow: 16
        }
    }

    /// The number of chunks that leaves of their lists have on average.
    var chunks: UInt64 {
        switch self {
        case .wide: 1024
        case .narrow: 32
        }
    }

    /// The number of pages below a page of `level`, from 1 on, on average.
    ///
    /// The change of a leaf changes a page of each level, most of all of the first: there are fewer of the others, and they
    /// are shared by the changes. Wider ones keep a tree low.
    func children(level: Int) -> UInt64 {
        switch self {
        case .wide: 256
        case .narrow: level == 1 ? 8 : 16
        }
    }
}
