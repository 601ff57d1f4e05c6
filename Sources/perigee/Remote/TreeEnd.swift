internal import Model
internal import Replication

/// A tree as one end of a run: on this host, or on another.
enum TreeEnd {
    /// The folder at a path of this host.
    case here(path: String)
    /// A tree on another host.
    case there(RemoteEnd)

    /// Reads the tree that `end`, written as `text`, is.
    ///
    /// - Throws: `usage` where it is a vault.
    init(_ end: LocalEnd, _ text: String) throws {
        if case .remoteTree(let end) = end {
            self = .there(end)
        } else {
            self = .here(path: try end.tree(text))
        }
    }

    /// The name under which it is remembered.
    var name: String {
        switch self {
        case .here(let path): Moves.absolute(path)
        case .there(let end): end.name
        }
    }

    /// The host that it is on; nil for this one.
    var host: RemoteHost? {
        if case .there(let end) = self { return end.host }
        return nil
    }

    /// Refuses what is no folder of this host; of others, they say it themselves.
    func checkIsFolder() throws { if case .here(let path) = self { try Moves.checkIsFolder(path) } }
}
