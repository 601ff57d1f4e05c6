public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A file's bytes in memory, read by the system as they are touched; read-only.
///
/// Only for files that nobody shortens while they are mapped, such as Perigee's own immutable ones: touching a page beyond
/// a new, nearer end kills the process.
///
/// Sendable by hand: the memory is never written, and unmapped only when nobody holds this any more.
public final class MappedFile: @unchecked Sendable {
    /// The bytes; valid as long as this lives.
    public let bytes: UnsafeRawBufferPointer

    /// How the bytes will be read, for the system's reading ahead.
    public enum Access: Sendable {
        /// From front to back.
        case sequential
        /// Here and there.
        case random
    }

    /// Maps all of `file`, which may be closed afterwards.
    public init(_ file: borrowing OpenFile, access: Access = .random) throws(PerigeeError) {
        let size = try file.status().size
        guard let length = Int(exactly: size) else { throw posixError(EFBIG, "cannot map it", file.place) }
        guard length > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, length, PROT_READ, MAP_SHARED, file.descriptor, 0), start != MAP_FAILED else {
            throw posixError(errno, "cannot map it", file.place)
        }
        // Advice only: whether it is taken does not matter.
        _ = madvise(start, length, access == .sequential ? MADV_SEQUENTIAL : MADV_RANDOM)
        bytes = UnsafeRawBufferPointer(start: start, count: length)
    }

    /// Maps the file at `path`, following links, as a user names it.
    public convenience init(path: String, access: Access = .random) throws(PerigeeError) {
        try self.init(OpenFile(reading: path), access: access)
    }

    deinit {
        guard let start = bytes.baseAddress else { return }
        munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
}
