internal import Files
internal import Model
internal import Synchronization

/// Folders of a destination that their own user could not list, enter or write, and can for as long as a run works there.
///
/// Only what was denied is lifted, and only for the owner of the folder: nobody else may do more meanwhile. Whoever gives
/// a folder its final attributes says so by ``settle(_:)``; all others get back what they had by ``restore()``. A killed
/// run leaves folders lifted; their ctime has moved, so the next run sets the attributes of those that it knows.
/// Holds a path for each folder that is lifted.
final class LiftedFolders: Sendable {
    private static let ownerBits: UInt16 = 0o700

    private let root: FolderHandle
    /// Which folders a scan may lift: it meets all that the destination has.
    private let isWanted: @Sendable (TreePath) -> Bool
    private let modes = Mutex<[TreePath: UInt16]>([:])

    /// None so far beneath `root`; a scan lifts only those that `isWanted` names.
    init(root: FolderHandle, isWanted: @escaping @Sendable (TreePath) -> Bool) {
        self.root = root
        self.isWanted = isWanted
    }

    /// Whether the folder at `path` is lifted now.
    func contains(_ path: TreePath) -> Bool { modes.withLock { $0[path] != nil } }

    /// Lets the owner list, enter and write the folder at `path`.
    ///
    /// - Returns: whether what was denied is worth another try.
    func lift(_ path: TreePath) -> Bool {
        modes.withLock { modes in
            if modes[path] != nil { return true }
            guard let status = status(path), status.mode & Self.ownerBits != Self.ownerBits,
                setMode(path, status.mode | Self.ownerBits)
            else { return false }
            modes[path] = status.mode
            return true
        }
    }

    /// The same for a scan, which only lifts what is wanted.
    func liftToScan(_ path: TreePath) -> Bool { isWanted(path) && lift(path) }

    /// The folder at `path` was lifted from `mode` before this knew of it.
    func note(_ path: TreePath, _ mode: UInt16) { modes.withLock { $0[path] = mode } }

    /// The folder at `path` has the attributes that it is to have, or is gone.
    func settle(_ path: TreePath) { _ = modes.withLock { $0.removeValue(forKey: path) } }

    /// Gives the folders that nobody settled the modes that they had.
    func restore() {
        modes.withLock { modes in
            // The innermost first: the way to them leads through the others.
            for (path, mode) in modes.sorted(by: { $0.key > $1.key })
            where status(path)?.mode == mode | Self.ownerBits { _ = setMode(path, mode) }
            modes = [:]
        }
    }

    /// What lies at `path`; nil where that is no folder.
    private func status(_ path: TreePath) -> FileStatus? {
        let status = path.isRoot ? try? root.status([]) : try? root.folder(path.parent.bytes).status(path.name)
        return status?.kind == .directory ? status : nil
    }

    private func setMode(_ path: TreePath, _ mode: UInt16) -> Bool {
        guard !path.isRoot else { return Descriptor.setMode(root.descriptor, mode) == 0 }
        return (try? root.folder(path.parent.bytes).modeResult(path.name, mode)) == 0
    }
}
