internal import CSyscalls
public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// An open file; closed when its owner ends.
///
/// Reads and writes are complete: short ones are continued and interrupted ones repeated. Those with an offset may be
/// called from several threads at once.
public struct OpenFile: ~Copyable, Sendable {
    /// The system's number for it, valid as long as this lives.
    public private(set) var descriptor: Int32
    // Put together only when somebody asks: most files are opened and closed without an error.
    private let folder: String
    private let path: [UInt8]

    /// What errors name as their place.
    public var place: String { FolderHandle.extended(folder, path) }
    /// What that is put together of.
    var placeParts: (folder: String, path: [UInt8]) { (folder, path) }

    /// Takes over an open descriptor.
    public init(descriptor: Int32, place: String) { self.init(descriptor: descriptor, folder: place, path: []) }

    /// Takes over the open descriptor of the file at `path` beneath a folder that errors name so, or do not name.
    package init(descriptor: Int32, folder: String, path: [UInt8]) {
        self.descriptor = descriptor
        self.folder = folder
        self.path = path
    }

    /// Opens the file at `path` for reading, following links, as a user names it.
    public init(reading path: String) throws(PerigeeError) {
        let opened = uninterrupted { answer(open(path, O_RDONLY | O_CLOEXEC)) }
        guard opened >= 0 else { throw posixError(-opened, "cannot open it", path) }
        self.init(descriptor: opened, place: path)
    }

    /// Creates or empties the file at `path` for reading and writing, following links, as a user names it.
    public init(writing path: String, mode: UInt16 = 0o666) throws(PerigeeError) {
        let opened = uninterrupted { answer(open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t(mode))) }
        guard opened >= 0 else { throw posixError(-opened, "cannot create it", path) }
        self.init(descriptor: opened, place: path)
    }

    /// Opens the file at `path`, which is there, for reading and writing in place.
    public init(updating path: String) throws(PerigeeError) {
        let opened = uninterrupted { answer(open(path, O_RDWR | O_CLOEXEC)) }
        guard opened >= 0 else { throw posixError(-opened, "cannot open it for writing", path) }
        self.init(descriptor: opened, place: path)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Closes it now and says whether that went well: network file systems report late failures of writes here.
    public consuming func finish() throws(PerigeeError) {
        let result = answer(close(descriptor))
        descriptor = -1
        // After EINTR the descriptor is closed on Linux.
        guard result >= 0 || result == -EINTR else { throw posixError(-result, "cannot close it", place) }
    }

    /// What the file system says of it now.
    public func status() throws(PerigeeError) -> FileStatus {
        var status = csys_status()
        let result = csys_statx(descriptor, "", csys_at_empty_path, &status)
        guard result >= 0 else { throw posixError(-result, "cannot read its status", place) }
        return FileStatus(status)
    }

    /// Reads from `offset` until `buffer` is full or the file ends.
    ///
    /// - Returns: how many bytes were read; fewer than the buffer holds only at the end of the file.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(PerigeeError) -> Int {
        let result = Descriptor.read(descriptor, into: buffer, at: offset)
        guard result >= 0 else { throw posixError(Int32(-result), "cannot read it", place) }
        return result
    }

    /// Writes all of `bytes` at `offset`.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(PerigeeError) {
        let result = Descriptor.write(descriptor, bytes, at: offset)
        guard result >= 0 else { throw posixError(Int32(-result), "cannot write it", place) }
    }

    /// Writes all of `bytes` where the file's own position stands (at the end, for one opened for appending).
    public func write(_ bytes: UnsafeRawBufferPointer) throws(PerigeeError) {
        let result = Descriptor.write(descriptor, bytes, at: nil)
        guard result >= 0 else { throw posixError(Int32(-result), "cannot write it", place) }
    }

    /// Makes the file `size` bytes long; what is added reads as zeros and takes no room.
    public func truncate(to size: UInt64) throws(PerigeeError) {
        guard let length = off_t(exactly: size) else { throw posixError(EFBIG, "cannot set its length", place) }
        let result = uninterrupted { answer(ftruncate(descriptor, length)) }
        guard result >= 0 else { throw posixError(-result, "cannot set its length", place) }
    }

    /// Returns once content and attributes are on the device.
    public func sync() throws(PerigeeError) {
        let result = uninterrupted { answer(fsync(descriptor)) }
        guard result >= 0 else { throw posixError(-result, "cannot bring it to the device", place) }
    }
}
