internal import Files
public import Model

/// A name that a scan found, with all that one look at it tells.
public struct ScannedEntry: Sendable {
    /// Where it is.
    public var path: TreePath
    /// Its attributes with a link's target, but without extended attributes, holes and link group, which cost more.
    public var attributes: Attributes
    /// What tells any later change of it.
    public var identity: Guard
    /// How many names it has; above one, ``HardLinks`` tells which belong together.
    public var links: UInt32
    /// Whether a file takes less room than its length asks for: only then is it worth looking for holes.
    public var mayBeSparse: Bool

    /// Whether it can be met again under another name.
    ///
    /// The links of a folder are not names of it.
    var hasOtherNames: Bool { links > 1 && attributes.kind != .directory }

    /// An entry.
    public init(path: TreePath, attributes: Attributes, identity: Guard, links: UInt32, mayBeSparse: Bool) {
        self.path = path
        self.attributes = attributes
        self.identity = identity
        self.links = links
        self.mayBeSparse = mayBeSparse
    }
}

/// A part of a tree that a scan could not read.
public struct ScanFailure: Sendable {
    /// What could not be read; all below it is missing from the scan.
    public var path: TreePath
    /// Why.
    public var error: PerigeeError
}

extension ScannedEntry {
    /// What a fresh look at `path` tells.
    init(path: TreePath, kind: EntryKind, status: FileStatus) {
        self.init(
            path: path, attributes: status.attributes(kind), identity: status.identity, links: status.links,
            mayBeSparse: kind == .file && status.mayBeSparse)
    }
}
