internal import CSyscalls
public import Model
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

// Changes of names in a folder. Each takes names of one component, and none follows a link.
extension FolderHandle {
    /// What becomes of what already has the new name.
    public enum Renaming: Sendable {
        /// It is replaced in one step; a folder only if it is empty, and only by a folder.
        case replacing
        /// It stays, and the rename fails with `exists`.
        case keeping
        /// The two change places in one step.
        case exchanging
    }

    /// Renames `name` in this folder to `newName` in `folder`, in one step.
    public func rename(
        _ name: some Collection<UInt8>, to folder: FolderHandle, _ newName: some Collection<UInt8>,
        _ renaming: Renaming = .replacing
    ) throws(PerigeeError) {
        try check(renameResult(name, to: folder, newName, renaming), "cannot rename it", name)
    }

    /// Makes an empty folder.
    public func makeFolder(_ name: some Collection<UInt8>, mode: UInt16 = 0o777) throws(PerigeeError) {
        try check(makeFolderResult(name, mode: mode), "cannot make the folder", name)
    }

    /// Makes the folders of `path` that are missing and opens the last; existing ones may be anybody's.
    public func makeFolders(_ path: some Collection<UInt8>, mode: UInt16 = 0o777) throws(PerigeeError) -> FolderHandle {
        var folder = self
        for name in path.split(separator: UInt8(ascii: "/")) {
            let result = folder.makeFolderResult(name, mode: mode)
            if result != -EEXIST { try folder.check(result, "cannot make the folder", name) }
            folder = try folder.folder(name)
        }
        return folder
    }

    /// Gives the file `name` in this folder a second name in `folder`; that name must be free.
    public func link(
        _ name: some Collection<UInt8>, to folder: FolderHandle, _ newName: some Collection<UInt8>
    ) throws(PerigeeError) {
        try check(linkResult(name, to: folder, newName), "cannot link it", name)
    }

    /// Makes a symbolic link; the name must be free.
    public func symlink(
        _ name: some Collection<UInt8>, target: some Collection<UInt8>
    ) throws(PerigeeError) {
        try check(symlinkResult(name, target: target), "cannot make the link", name)
    }

    /// Removes the name of anything but a folder.
    public func unlink(_ name: some Collection<UInt8>) throws(PerigeeError) {
        try check(unlinkResult(name), "cannot remove it", name)
    }

    /// Removes an empty folder.
    public func removeFolder(_ name: some Collection<UInt8>) throws(PerigeeError) {
        try check(unlinkResult(name, isFolder: true), "cannot remove the folder", name)
    }

    /// Returns once the names in this folder are on the device.
    public func sync() throws(PerigeeError) {
        let result = uninterrupted { answer(fsync(descriptor)) }
        // Folders of some file systems cannot be synced on their own.
        guard result >= 0 || result == -EINVAL else {
            throw posixError(-result, "cannot bring it to the device", place)
        }
    }

    /// Returns once all that was written to this folder's file system is on the device.
    public func syncFileSystem() throws(PerigeeError) {
        let result = uninterrupted { csys_syncfs(descriptor) }
        guard result >= 0 else { throw posixError(-result, "cannot bring the file system to the device", place) }
    }

    /// Locks the folder against others who ask the same, until this handle closes or the process ends.
    ///
    /// - Returns: false where somebody else holds it. A file system without locks gives true.
    public func lock() throws(PerigeeError) -> Bool {
        let result = uninterrupted { answer(flock(descriptor, LOCK_EX | LOCK_NB)) }
        switch -result {
        case EWOULDBLOCK: return false
        case ENOLCK, ENOSYS, EOPNOTSUPP, EBADF: return true
        case let number where number > 0: throw posixError(number, "cannot lock the folder", place)
        default:
            isLocked.store(true, ordering: .relaxed)
            return true
        }
    }

    private func check(_ result: Int32, _ doing: String, _ name: some Collection<UInt8>) throws(PerigeeError) {
        guard result >= 0 else { throw failure(-result, doing, name) }
    }
}

// The same calls for hot loops: 0 or the negative error number.
extension FolderHandle {
    package func renameResult(
        _ name: some Collection<UInt8>, to folder: FolderHandle, _ newName: some Collection<UInt8>,
        _ renaming: Renaming = .replacing
    ) -> Int32 {
        let flags: UInt32 =
            switch renaming {
            case .replacing: 0
            case .keeping: csys_rename_noreplace
            case .exchanging: csys_rename_exchange
            }
        return withSystemName(name) { name in
            withSystemName(newName) { csys_rename(descriptor, name, folder.descriptor, $0, flags) }
        }
    }

    package func makeFolderResult(_ name: some Collection<UInt8>, mode: UInt16) -> Int32 {
        withSystemName(name) { answer(mkdirat(descriptor, $0, mode_t(mode))) }
    }

    package func linkResult(
        _ name: some Collection<UInt8>, to folder: FolderHandle, _ newName: some Collection<UInt8>
    ) -> Int32 {
        withSystemName(name) { name in
            withSystemName(newName) { answer(linkat(descriptor, name, folder.descriptor, $0, 0)) }
        }
    }

    package func symlinkResult(_ name: some Collection<UInt8>, target: some Collection<UInt8>) -> Int32 {
        withSystemName(name) { name in withSystemPath(target) { answer(symlinkat($0, descriptor, name)) } }
    }

    package func nodeResult(_ name: some Collection<UInt8>, typeAndMode: UInt32, device: UInt64) -> Int32 {
        withSystemName(name) { answer(mknodat(descriptor, $0, mode_t(typeAndMode), dev_t(device))) }
    }

    package func unlinkResult(_ name: some Collection<UInt8>, isFolder: Bool = false) -> Int32 {
        withSystemName(name) { answer(unlinkat(descriptor, $0, isFolder ? csys_at_removedir : 0)) }
    }
}
