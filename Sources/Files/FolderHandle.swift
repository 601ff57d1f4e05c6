internal import CSyscalls
public import Model
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// An open folder, and the way to everything beneath it.
///
/// Paths given to its methods are relative to it and are resolved beneath it: no link is followed anywhere on the way, `..`
/// does not leave it, and a folder that somebody swaps for a link is an error, not an exit. Paths may be longer than the
/// system's PATH_MAX. Methods that take a `name` take one component. Closed when nobody holds it any more.
public final class FolderHandle: Sendable {
    /// The system's number for it, valid as long as this lives.
    public let descriptor: Int32
    /// What errors name as their place: the path from where the user said.
    public let place: String
    /// Whether it hands an access list down: 0 where nobody has asked, 1 for no, 2 for yes.
    private let handsDown = Atomic<UInt8>(0)
    /// Whether the folder is locked by this handle.
    let isLocked = Atomic(false)

    /// Opens the folder at `path`, following links, as a user names it.
    public convenience init(path: String) throws(PerigeeError) {
        let opened = uninterrupted { answer(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) }
        guard opened >= 0 else { throw posixError(-opened, "cannot open the folder", path) }
        self.init(descriptor: opened, place: path)
    }

    /// Takes over an open descriptor of a folder.
    package init(descriptor: Int32, place: String) {
        self.descriptor = descriptor
        self.place = place
    }

    deinit {
        // A child that is just being started has a copy of the descriptor for a moment, and would hold on to the lock.
        if isLocked.load(ordering: .relaxed) { flock(descriptor, LOCK_UN) }
        close(descriptor)
    }

    /// Opens the folder at `path` beneath this one; the empty path is this one again.
    ///
    /// A folder that may be entered but not listed is opened for entering only.
    public func folder(_ path: some Collection<UInt8>) throws(PerigeeError) -> FolderHandle {
        if let listed = try listedFolder(path) { return listed }
        let opened = openBeneath(path, csys_o_path | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw failure(-opened, "cannot open the folder", path) }
        return FolderHandle(descriptor: opened, place: extended(path))
    }

    /// Opens the folder at `path` beneath this one for listing; nil where that is denied.
    package func listedFolder(_ path: some Collection<UInt8>) throws(PerigeeError) -> FolderHandle? {
        let opened = openBeneath(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if opened == -EACCES { return nil }
        guard opened >= 0 else { throw failure(-opened, "cannot open the folder", path) }
        return FolderHandle(descriptor: opened, place: extended(path))
    }

    /// How a file beneath is opened.
    public enum Access: Sendable {
        /// For reading. Named pipes and devices do not block; ask for the kind before reading.
        case reading
        /// For reading and writing what exists.
        case updating
        /// For reading and writing a new file with these permission bits; the name must be free.
        case creating(mode: UInt16)
    }

    /// Opens the file at `path` beneath this folder.
    public func file(_ path: some Collection<UInt8>, _ access: Access) throws(PerigeeError) -> OpenFile {
        let opened: Int32
        switch access {
        case .reading: opened = openBeneath(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        case .updating: opened = openBeneath(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        case .creating(let mode): opened = openBeneath(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode: mode)
        }
        guard opened >= 0 else { throw failure(-opened, "cannot open it", path) }
        return OpenFile(descriptor: opened, folder: place, path: Array(path))
    }

    /// What the file system says of `path` beneath this folder, itself if it is a link; nil where there is nothing.
    public func status(_ path: some Collection<UInt8>) throws(PerigeeError) -> FileStatus? {
        var status = csys_status()
        let result = statusBeneath(path, &status)
        if result == -ENOENT || result == -ENOTDIR { return nil }
        guard result >= 0 else { throw failure(-result, "cannot read its status", path) }
        return FileStatus(status)
    }

    /// Whether what is made in this folder gets an access list from it; asked of the system once, and assumed where that
    /// does not say.
    package var handsDownAccessList: Bool {
        let known = handsDown.load(ordering: .relaxed)
        guard known == 0 else { return known == 2 }
        let size = csys_fgetxattr(descriptor, "system.posix_acl_default", nil, 0)
        let hasNone = size == Int(-ENODATA) || size == Int(-EOPNOTSUPP)
        handsDown.store(hasNone ? 1 : 2, ordering: .relaxed)
        return !hasNone
    }

    /// The error of a call on `path` beneath this folder.
    package func failure(_ number: Int32, _ doing: String, _ path: some Collection<UInt8>) -> PerigeeError {
        posixError(number, doing, extended(path))
    }

    private func extended(_ path: some Collection<UInt8>) -> String { Self.extended(place, path) }

    /// What errors name as the place of `path` beneath the folder whose place is `folder`.
    static func extended(_ folder: String, _ path: some Collection<UInt8>) -> String {
        guard !path.isEmpty else { return folder }
        return folder + (folder.isEmpty || folder.hasSuffix("/") ? "" : "/") + TreePath.printable(path)
    }
}
