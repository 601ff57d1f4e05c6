internal import CSyscalls
internal import Files
public import Model
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A tree that is read: scanned, looked at again, and opened file by file, all beneath its root without following links.
public final class SourceTree: Sendable {
    /// How many folders are kept open for what is asked of names in them.
    private static let openFoldersMax = 64

    let root: FolderHandle
    private let options: ScanOptions
    private let notes = ScanReport()
    private let folders = Mutex<[TreePath: FolderHandle]>([:])

    /// The tree whose root is the folder at `root`, following links on the way to it.
    ///
    /// - Throws: where that is not a folder that can be opened.
    public init(root: String, options: ScanOptions = ScanOptions()) throws {
        self.root = try FolderHandle(path: root)
        self.options = options
    }

    /// What the scans of this tree could not read, in no promised order; at most 65,536 are kept.
    public var failures: [ScanFailure] { notes.failures }
    /// How many could not be read.
    public var failureCount: Int { notes.failureCount }
    /// What vanished while it was scanned.
    public var vanished: [TreePath] { notes.vanished }

    /// A scan of the whole tree.
    ///
    /// What killed runs left behind in it is not given.
    ///
    /// - Parameter after: what comes before this path is not looked at, and not given but for the folders on the way there.
    public func scanner(after: TreePath? = nil) -> Scanner {
        var options = options
        options.after = after
        return Scanner(root, options, givesLeftovers: false, notes: notes)
    }

    /// A fresh look at one path.
    ///
    /// - Throws: `notFound` where there is nothing any more.
    public func scan(_ path: TreePath) throws -> ScannedEntry {
        let opened = root.openBeneath(path.bytes, csys_o_path | O_NOFOLLOW | O_CLOEXEC)
        if opened == -ENOTDIR { throw root.failure(ENOENT, "cannot look it up", path.bytes) }
        guard opened >= 0 else { throw root.failure(-opened, "cannot look it up", path.bytes) }
        let file = OpenFile(descriptor: opened, folder: path.isRoot ? "." : "", path: path.bytes)
        let status = try file.status()
        guard let kind = status.kind else {
            throw PerigeeError(.unsupported, "it is of a kind that is not known", at: path.description)
        }
        var entry = ScannedEntry(path: path, kind: kind, status: status)
        if kind == .symlink { entry.attributes.target = try Self.target(of: file) }
        return entry
    }

    /// Whether there is nothing at `path` any more, for certain.
    func isGone(_ path: TreePath) -> Bool {
        do {
            _ = try scan(path)
            return false
        } catch let error as PerigeeError {
            return error.code == .notFound
        } catch {
            return false
        }
    }

    /// The attributes of an entry, extended ones included; holes only where the entry is opened.
    ///
    /// - Throws: `changed` where it is no longer what the scan saw, `notFound` where it is gone.
    public func complete(_ scanned: ScannedEntry) throws -> Attributes {
        var attributes = scanned.attributes
        let name = scanned.path.name
        let (extended, status): (ExtendedAttributes, FileStatus?)
        if scanned.path.isRoot {
            (extended, status) = (ExtendedAttributes(root), try root.status([]))
        } else {
            // By name: a folder that cannot be opened has attributes all the same.
            let folder = try self.folder(scanned.path.parent)
            (extended, status) = (ExtendedAttributes(name, in: folder), try folder.status(name))
        }
        guard let status else { throw root.failure(ENOENT, "cannot look it up", scanned.path.bytes) }
        guard status.identity.inode == scanned.identity.inode, status.kind == scanned.attributes.kind else {
            throw PerigeeError.changed(scanned.path)
        }
        attributes.extended = try extended.read(where: AttributePolicy.isKept)
        return attributes
    }

    /// Opens a file for reading, without moving its time of access where the system allows that.
    ///
    /// - Throws: `changed` where it is no longer the file that the scan saw, `notFound` where it is gone.
    public func open(_ scanned: ScannedEntry) throws -> TreeReader {
        try open(scanned, root, scanned.path.bytes)
    }

    /// Opens the file at `path` as it is now, and says what a look at it has told.
    ///
    /// Several files of one folder in a row cost no walk to it for each.
    ///
    /// - Throws: `changed` where it is no file, `notFound` where there is nothing.
    func openNow(_ path: TreePath) throws -> (scanned: ScannedEntry, file: TreeReader) {
        let name = path.name
        // By its name first: a pipe or a device that somebody names is not even opened.
        guard let folder = try? folder(path.parent), let status = try? folder.status(name) else {
            // The folder is another one by now, or there is none.
            let scanned = try scan(path)
            guard scanned.attributes.kind == .file else { throw PerigeeError.changed(path) }
            return (scanned, try open(scanned))
        }
        guard status.kind == .file else { throw PerigeeError.changed(path) }
        let scanned = ScannedEntry(path: path, kind: .file, status: status)
        return (scanned, try open(scanned, folder, name))
    }

    private func open(
        _ scanned: ScannedEntry, _ folder: FolderHandle, _ way: some Collection<UInt8>
    ) throws -> TreeReader {
        Self.letSettle(scanned.identity.changed)
        let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        var opened = folder.openBeneath(way, flags | csys_o_noatime)
        // Only the owner and the superuser may leave the time of access alone.
        if opened == -EPERM { opened = folder.openBeneath(way, flags) }
        if [ELOOP, ENXIO, ENODEV].contains(-opened) { throw PerigeeError.changed(scanned.path) }
        guard opened >= 0 else { throw root.failure(-opened, "cannot open it", scanned.path.bytes) }
        return try TreeReader(OpenFile(descriptor: opened, folder: "", path: scanned.path.bytes), scanned)
    }

    /// How long a file must have been left alone before it is read, in seconds: longer than a tick of any kernel's clock.
    private static let settleTime = 0.02

    /// Waits until a later change shows in the ctime: one in the same tick of the kernel's clock would not, and what was
    /// read could be torn without anybody noticing.
    private static func letSettle(_ changed: Timestamp) {
        let age = SystemClock.now().seconds(since: changed)
        guard age < settleTime, age > -settleTime else { return }
        usleep(UInt32((settleTime - age) * 1e6))
    }

    private static func target(of link: borrowing OpenFile) throws -> [UInt8] {
        try withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            guard let start = buffer.baseAddress else { return [] }
            let count = readlinkat(link.descriptor, "", start, buffer.count)
            guard count >= 0 else { throw posixError(errno, "cannot read the link", link.place) }
            return buffer[..<count].map { UInt8(bitPattern: $0) }
        }
    }

    /// The folder at `path`, open; one of those asked for last is still open from then.
    private func folder(_ path: TreePath) throws -> FolderHandle {
        if path.isRoot { return root }
        if let open = folders.withLock({ $0[path] }) { return open }
        let opened = try root.folder(path.bytes)
        folders.withLock { folders in
            if folders.count >= Self.openFoldersMax { folders.removeAll(keepingCapacity: true) }
            folders[path] = opened
        }
        return opened
    }
}

extension PerigeeError {
    /// `path` is no longer what a scan saw.
    static func changed(_ path: TreePath) -> PerigeeError {
        PerigeeError(
            .changed, "the file changed while it was read", at: path.description,
            remedy: "run again when nothing writes to it, or snapshot the file system first", canRetry: true)
    }
}
