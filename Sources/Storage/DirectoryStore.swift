internal import Files
internal import Hashing
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Blobs as files in a folder: the key `packs/ab/abcd` is the file `packs/ab/abcd` below the root.
///
/// A blob is written aside in `.staging`, brought to the device, moved into place in one step, and its folder brought to
/// the device. Any number of processes may use one folder at once. No key and no symbolic link leads out of the root.
/// Files and folders are for the owner alone, and for the group as far as the root folder is.
///
/// A key cannot be a blob and the folder of another at once: that put fails and changes nothing.
public final class DirectoryStore: BlobStore {
    /// Blobs up to this length have the digest of their bytes as version, longer ones inode, length and time of change.
    ///
    /// What is changed by compare-and-set should be within it: the clock of some file systems is too coarse to tell two
    /// states of a few milliseconds apart.
    static let hashedLengthMax = 64 << 10

    /// The path of the root folder, as the user named it.
    public let name: String
    let root: FolderHandle
    let modes: StoreModes
    private let staging: StagingFolder

    /// The store in the folder at `path`, which is made, with its parents, where `create` asks for it.
    ///
    /// Nothing else is written before the first put, so that a folder that can only be read will do for reading.
    public init(path: String, create: Bool = false) throws {
        if create { try Self.makeFolder(path) }
        name = path
        root = try FolderHandle(path: path)
        modes = try StoreModes(root)
        staging = StagingFolder(root, modes)
    }

    /// Writes aside, then moves into place.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion {
        if condition == .absent, try exists(key) { throw conflict(key, condition) }
        let staged = try stage()
        for part in parts { try staged.append(part) }
        return try staged.commit(as: key, if: condition)
    }

    /// Reads from the file that has the name when the call begins.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let opened = try open(key) else { throw missing(key) }
        guard offset < opened.status.size else { return 0 }
        return try opened.file.read(into: buffer, at: offset)
    }

    /// Size, version and time of the file; reads it where it is short enough for its version to be a digest.
    public func info(_ key: BlobKey) throws -> BlobInfo? {
        guard let opened = try open(key) else { return nil }
        let version = try Self.version(of: opened.file, opened.status)
        return BlobInfo(
            key: key, size: ByteCount(opened.status.size), version: version, modified: opened.status.modified)
    }

    /// Removes the file's name; folders stay.
    public func delete(_ key: BlobKey) throws {
        let (path, leaf) = key.split
        guard let folder = try existingFolder(path) else { return }
        let result = try StoreLock.withShared(root, modes) { folder.unlinkResult(leaf) }
        // What is a folder is no blob.
        if result == -ENOENT || result == -EISDIR { return }
        guard result >= 0 else { throw folder.failure(-result, "cannot remove it", leaf) }
        try folder.sync()
    }

    /// A file that is written as the bytes come.
    public func stage() throws -> any BlobStaging { DirectoryStaging(self, try staging.newFile()) }

    /// The file's path.
    public func localPath(of key: BlobKey) -> String? { name.hasSuffix("/") ? name + key.text : "\(name)/\(key)" }

    /// The version of a file that is open, as the blob of its key.
    static func version(of file: borrowing OpenFile, _ status: FileStatus) throws -> BlobVersion {
        guard status.size <= UInt64(hashedLengthMax) else { return version(status) }
        let bytes = try [UInt8](unsafeUninitializedCapacity: Int(status.size)) { buffer, count in
            count = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
        return version(bytes.withUnsafeBytes { Blake3.hash($0) })
    }

    /// The version of a short blob.
    static func version(_ digest: Digest) -> BlobVersion { BlobVersion("b3-\(digest)") }

    /// The version of a long blob.
    static func version(_ status: FileStatus) -> BlobVersion {
        let identity = status.identity
        return BlobVersion(
            "st-\(identity.device)-\(identity.inode)-\(status.size)-\(identity.changed.seconds)-\(identity.changed.nanoseconds)"
        )
    }

    /// The blob's file and its status; nil where there is none, or something that is no file.
    private func open(_ key: BlobKey) throws -> OpenedBlob? {
        let bytes = key.text.utf8
        let opened = root.openBeneath(bytes, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        if opened == -ENOENT || opened == -ENOTDIR { return nil }
        guard opened >= 0 else { throw root.failure(-opened, "cannot open it", bytes) }
        let file = OpenFile(descriptor: opened, place: "\(name)/\(key)")
        let status = try file.status()
        return status.kind == .file ? OpenedBlob(file: file, status: status) : nil
    }

    /// Makes the folder at `path` and its parents, each durably.
    private static func makeFolder(_ path: String) throws(PerigeeError) {
        guard access(path, F_OK) != 0 else { return }
        let trimmed = path.utf8.reversed().drop { $0 == UInt8(ascii: "/") }
        let parent = trimmed.drop { $0 != UInt8(ascii: "/") }.drop { $0 == UInt8(ascii: "/") }
        var parentPath = String(decoding: parent.reversed(), as: UTF8.self)
        if parentPath.isEmpty { parentPath = path.hasPrefix("/") ? "/" : "." }
        if parentPath != "/", parentPath != "." { try makeFolder(parentPath) }
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw posixError(errno, "cannot make the folder", path) }
        try FolderHandle(path: parentPath).sync()
    }
}

/// A blob's file while it is looked at.
private struct OpenedBlob: ~Copyable {
    let file: OpenFile
    let status: FileStatus
}

extension BlobKey {
    /// The folder's path, empty for the root, and the file's name.
    var split: (folder: String.UTF8View.SubSequence, leaf: String.UTF8View.SubSequence) {
        let bytes = text.utf8
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return (bytes.prefix(0), bytes[...]) }
        return (bytes[..<slash], bytes[bytes.index(after: slash)...])
    }
}
