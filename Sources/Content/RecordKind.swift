/// What a record holds; each kind has its own ID key.
public enum RecordKind: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// A run of a file's bytes.
    case chunk = 0
    /// A node of a snapshot's tree.
    case page = 1

    /// The word for it in messages.
    public var description: String {
        switch self {
        case .chunk: "chunk"
        case .page: "page"
        }
    }
}
