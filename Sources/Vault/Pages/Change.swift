public import Model

/// One difference between two trees.
public enum Change: Hashable, Sendable {
    /// A path that only the new tree has.
    case added(Entry)
    /// A path that only the old tree has.
    case removed(Entry)
    /// A path that both have, with other attributes or another content.
    case changed(old: Entry, new: Entry)

    /// Where it is.
    public var path: TreePath {
        switch self {
        case .added(let entry), .removed(let entry), .changed(_, let entry): entry.path
        }
    }
}
