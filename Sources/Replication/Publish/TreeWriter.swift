internal import Files
internal import Model

/// Makes and changes what lies beneath a root, so that whoever looks sees the old or the new, never something between.
///
/// Every path is resolved beneath the root without following links. Whatever is new is made under a name of its own
/// beside the place where it shall be, gets its bytes and attributes there, and is renamed over what was there.
/// For one thread; several may work on one root.
final class TreeWriter {
    /// How many folders are kept open.
    static let openFoldersMax = 64

    /// The root, open.
    let root: FolderHandle
    /// Sets attributes, and collects what could not be kept.
    let attributes: AttributeWriter
    /// Folders that deny their own user something are lifted by this; nil where they are to stay as they are.
    private let lifted: LiftedFolders?
    private var folders: [TreePath: FolderHandle] = [:]

    /// A writer beneath `root` that notes losses in `log`, and gets past what folders deny their own user by `lifted`.
    init(root: FolderHandle, log: FidelityLog, lifted: LiftedFolders?) {
        self.root = root
        self.lifted = lifted
        attributes = AttributeWriter(log: log)
    }

    /// Makes a folder, for this user alone until ``finishFolder(_:_:)``; one that is there stays.
    ///
    /// Anything else of that name is replaced. The parent must be there.
    func makeFolder(_ path: TreePath) throws {
        guard !path.isRoot else { return }
        try within(path.parent) { try makeFolder(path, in: $0) }
    }

    private func makeFolder(_ path: TreePath, in parent: FolderHandle) throws {
        let result = parent.makeFolderResult(path.name, mode: 0o700)
        if result == 0 { return }
        guard -result == PosixNumber.exists else {
            throw root.failure(-result, "cannot make the folder", path.bytes)
        }
        if try parent.status(path.name)?.kind == .directory { return }
        let aside = AsideName.random()
        try parent.makeFolder(aside, mode: 0o700)
        if parent.renameResult(aside, to: parent, path.name, .exchanging) != 0 {
            // A file system without exchanges leaves nothing there for a moment.
            try parent.unlink(path.name)
            return try parent.rename(aside, to: parent, path.name)
        }
        try parent.unlink(aside)
    }

    /// Gives a folder its attributes, after everything in it was made.
    ///
    /// - Returns: what the folder looks like now.
    func finishFolder(_ path: TreePath, _ wanted: Attributes, isFresh: Bool) throws -> FileState {
        let handle = try folder(path)
        attributes.apply(
            wanted, to: handle.descriptor, ExtendedAttributes(handle), isFresh: isFresh, path: path)
        lifted?.settle(path)
        guard let status = try handle.status([]) else { throw gone(path) }
        return FileState(status)
    }

    /// Begins a file that will appear at `path`.
    func beginFile(_ path: TreePath) throws -> AsideFile {
        try within(path.parent) { try AsideFile(path: path, in: $0) }
    }

    /// Puts `aside`, whose bytes are all written, in its place with `wanted` attributes.
    ///
    /// - Returns: what the file looks like now.
    func publish(_ aside: AsideFile, _ wanted: Attributes) throws -> FileState {
        attributes.apply(
            wanted, to: aside.file.descriptor, ExtendedAttributes(aside.file), isFresh: true,
            isPlain: !aside.folder.handsDownAccessList, path: aside.path)
        try moveInPlace(aside.name, in: aside.folder, aside.path)
        aside.markPublished()
        return FileState(try aside.file.status())
    }

    /// Changes the attributes of what is at `path`, and leaves its bytes.
    func change(_ path: TreePath, _ wanted: Attributes) throws -> FileState {
        switch wanted.kind {
        case .directory: return try finishFolder(path, wanted, isFresh: false)
        case .file:
            let file = try folder(path.parent).file(path.name, .reading)
            attributes.apply(wanted, to: file.descriptor, ExtendedAttributes(file), isFresh: false, path: path)
            return FileState(try file.status())
        default:
            attributes.apply(wanted, toName: Array(path.name), in: try folder(path.parent), path: path)
            return try state(of: path)
        }
    }

    /// Gives what is at `old` the name `path`, over what is there.
    func rename(_ old: TreePath, to path: TreePath) throws -> FileState {
        try within(old.parent) { from in
            try within(path.parent) { try from.rename(old.name, to: $0, path.name) }
        }
        return try state(of: path)
    }

    /// Removes the file, link, node or empty folder at `path`; a folder that is not empty stays, and false is returned.
    func remove(_ path: TreePath, isFolder: Bool) throws -> Bool {
        folders[path] = nil
        return try within(path.parent) { parent in
            let result = parent.unlinkResult(path.name, isFolder: isFolder)
            if result == 0 || -result == PosixNumber.missing {
                lifted?.settle(path)
                return true
            }
            if isFolder, -result == PosixNumber.notEmpty || -result == PosixNumber.exists { return false }
            throw root.failure(-result, "cannot remove it", path.bytes)
        }
    }

    /// Removes what a killed run left at `path`, with all that lies in it.
    func removeLeftover(_ path: TreePath) throws {
        guard AsideName.matches(path.name) else { return }
        try within(path.parent) { try FolderRemoval.remove(Array(path.name), in: $0) }
    }

    /// All attributes of an entry that a scan of the destination saw.
    func attributes(of scanned: ScannedEntry) throws -> Attributes {
        var found = scanned.attributes
        let extended =
            scanned.path.isRoot
            ? ExtendedAttributes(root)
            : ExtendedAttributes(Array(scanned.path.name), in: try folder(scanned.path.parent))
        found.extended = try extended.read(where: AttributePolicy.isKept)
        return found
    }

    /// The file at `path`, open for reading; nil where its mode denies that, so that it can only be replaced.
    func fileToCompare(_ path: TreePath) throws -> OpenFile? {
        do {
            return try folder(path.parent).file(path.name, .reading)
        } catch let error as PerigeeError where error.code == .denied {
            return nil
        }
    }

    /// What is at `path` now.
    func state(of path: TreePath) throws -> FileState {
        guard let status = try within(path.parent, { try $0.status(path.name) }) else { throw gone(path) }
        return FileState(status)
    }

    /// The folder at `path`, open.
    func folder(_ path: TreePath) throws -> FolderHandle {
        guard !path.isRoot else { return root }
        if let open = folders[path] { return open }
        if folders.count >= Self.openFoldersMax { folders.removeAll(keepingCapacity: true) }
        let opened = try openFolder(path)
        folders[path] = opened
        return opened
    }

    private func openFolder(_ path: TreePath) throws -> FolderHandle {
        if let listed = try root.listedFolder(path.bytes) { return listed }
        _ = lifted?.lift(path)
        return try root.folder(path.bytes)
    }

    /// Calls `body` with the folder at `path`; where something is denied, once more after the folder was lifted.
    func within<Result>(_ path: TreePath, _ body: (FolderHandle) throws -> Result) throws -> Result {
        do {
            return try body(folder(path))
        } catch let error as PerigeeError where error.code == .denied {
            guard let lifted, lifted.lift(path) else { throw error }
            return try body(folder(path))
        }
    }

    /// Renames `name` to the last name of `path`, which lies in the same folder; a folder of that name makes way whole.
    func moveInPlace(_ name: [UInt8], in parent: FolderHandle, _ path: TreePath) throws {
        let result = parent.renameResult(name, to: parent, path.name)
        if result == 0 { return }
        guard [PosixNumber.isFolder, PosixNumber.notEmpty, PosixNumber.exists].contains(-result) else {
            throw root.failure(-result, "cannot put it in place", path.bytes)
        }
        folders = folders.filter { !$0.key.isWithin(path) }
        // In one step where the file system can: the folder then has the name that the new file had.
        if parent.renameResult(name, to: parent, path.name, .exchanging) == 0 {
            return try FolderRemoval.remove(name, in: parent)
        }
        let old = AsideName.random()
        try parent.rename(path.name, to: parent, old)
        try parent.rename(name, to: parent, path.name)
        try FolderRemoval.remove(old, in: parent)
    }

    private func gone(_ path: TreePath) -> PerigeeError {
        PerigeeError(
            .conflict, "it vanished while it was made", at: path.description,
            remedy: "make sure that nothing else writes there, and run again", canRetry: true)
    }
}

extension EntryKind {
    /// The kind as the upper bits of `st_mode`.
    var typeBits: UInt32 {
        switch self {
        case .file: 0o100000
        case .directory: 0o040000
        case .symlink: 0o120000
        case .fifo: 0o010000
        case .characterDevice: 0o020000
        case .blockDevice: 0o060000
        case .socket: 0o140000
        }
    }
}

extension FileState {
    /// The state that the system tells of a file.
    init(_ status: FileStatus) {
        self.init(
            identity: status.identity, modified: status.modified, size: status.kind == .file ? status.size : 0)
    }
}
