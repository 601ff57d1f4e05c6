internal import Files
public import Model

/// Makes a tree like another so that the whole appears at once: as a new generation, to which `current` then points.
///
/// The destination holds `generations/NAME/...` and the link `current`. What did not change since the generation before
/// is the same file under a further name, so a generation costs what changed in it; who writes into a file of one
/// generation writes into all that share it. Readers that opened a file of an earlier generation keep it. Earlier
/// generations stay until somebody removes them.
public struct Generations: Sendable {
    private static let shelf = Array("generations".utf8)
    private static let current = Array("current".utf8)

    /// A sync that is about to begin.
    struct Ends {
        /// The destination, made and locked.
        let target: TargetTree
        /// Makes a target like the source; files that are as a record says and lie unchanged in a base are shared with it.
        let run: (inout RunReport, TargetTree, _ base: FolderHandle?, _ record: String?) throws -> Void
    }

    private let destination: String
    private let isDryRun: Bool
    private let recordPath: String?
    private let now: @Sendable () -> Timestamp
    private let open: @Sendable () throws -> Ends

    /// What `sync` does, to a new generation in its destination.
    public init(_ sync: TreeSync) {
        self.init(
            destination: sync.destination, isDryRun: sync.options.isDryRun, recordPath: sync.recordPath,
            now: sync.context.now
        ) {
            let (tree, target) = try sync.openEnds()
            return Ends(target: target) { report, target, base, record in
                try sync.run(&report, tree: tree, target: target, base: base, record: record)
            }
        }
    }

    /// What a sync that `open` begins does, to a new generation in `destination`.
    init(
        destination: String, isDryRun: Bool, recordPath: String?, now: @escaping @Sendable () -> Timestamp,
        open: @escaping @Sendable () throws -> Ends
    ) {
        self.destination = destination
        self.isDryRun = isDryRun
        self.recordPath = recordPath
        self.now = now
        self.open = open
    }

    /// Does it, and fills figures, failures and warnings into `report`.
    ///
    /// - Throws: as ``TreeSync/run(_:)`` does; the link `current` then points where it did.
    public func run(_ report: inout RunReport) throws {
        let ends = try open()
        let place = ends.target
        guard let root = place.root, !isDryRun else { return try ends.run(&report, place, nil, nil) }
        defer { if let mode = place.deniedMode { _ = Descriptor.setMode(root.descriptor, mode) } }
        let shelf = try root.makeFolders(Self.shelf)
        for name in try shelf.names() where AsideName.matches(name) { try FolderRemoval.remove(name, in: shelf) }
        let aside = AsideName.random()
        try shelf.makeFolder(aside, mode: 0o700)
        let base = try before(root)
        do {
            try ends.run(&report, TargetTree(root: shelf.folder(aside)), base, base == nil ? nil : recordPath)
        } catch {
            try? FolderRemoval.remove(aside, in: shelf)
            throw error
        }
        guard report.files.failed == 0 else {
            report.warnings.append("current stays where it is, since not all of the source could be read or kept")
            return try FolderRemoval.remove(aside, in: shelf)
        }
        try publish(aside, on: shelf, in: root)
    }

    /// The generation to which `current` points; nil where there is none.
    private func before(_ root: FolderHandle) throws -> FolderHandle? {
        guard let status = try root.status(Self.current) else { return nil }
        guard status.kind == .symlink else {
            throw PerigeeError(
                .refused, "there is something called current that is not a link to a generation", at: destination,
                remedy: "move it away, or sync in place")
        }
        let link = try SourceTree(root: destination).scan(TreePath(trusted: Self.current))
        // Links are not followed beneath a root, so its target is opened by its own name, and only on the shelf.
        guard link.attributes.target.starts(with: Self.shelf + [UInt8(ascii: "/")]) else { return nil }
        return try? root.folder(link.attributes.target)
    }

    /// Gives the new generation its name and points `current` to it, in one step each.
    private func publish(_ aside: [UInt8], on shelf: FolderHandle, in root: FolderHandle) throws {
        let instant = now().rfc3339.filter { $0 != ":" }
        var name = Array(instant.utf8)
        while try shelf.status(name) != nil { name.append(UInt8(ascii: "+")) }
        try shelf.rename(aside, to: shelf, name)
        try shelf.sync()
        let link = AsideName.random()
        try root.symlink(link, target: Self.shelf + [UInt8(ascii: "/")] + name)
        try root.rename(link, to: root, Self.current)
        try root.sync()
    }
}
