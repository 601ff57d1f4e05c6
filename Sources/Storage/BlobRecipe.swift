public import Hashing

/// What a blob follows from, for stores that can make it where its parts lie.
public enum BlobRecipe: Sendable, Equatable {
    /// An index segment that lists all records of the packs of these names.
    case segment(ofPacks: [Digest])
    /// An index segment of all entries of the segments of these names, which it replaces.
    case merged(segments: [Digest])

    /// The names of the blobs that it is made of.
    public var parts: [Digest] {
        switch self {
        case .segment(let names), .merged(let names): names
        }
    }
}
