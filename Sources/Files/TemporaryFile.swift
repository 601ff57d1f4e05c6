internal import CSyscalls
public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A file without a name: gone when the last holder is, however the process ends.
public final class TemporaryFile: Sendable {
    private let file: OpenFile

    private init(_ file: consuming OpenFile) { self.file = file }

    /// What errors name as its place.
    public var place: String { file.place }

    /// A new empty file in `folder`, or in `TMPDIR`, `/var/tmp` or `/tmp`, whichever first can be written.
    public static func unnamed(in folder: String?) throws(PerigeeError) -> TemporaryFile {
        let usual = [getenv("TMPDIR").map { String(cString: $0) }, "/var/tmp", "/tmp"].compactMap { $0 }
        var failure = ENOENT
        let folders = folder.map { [$0] } ?? usual
        for folder in folders {
            let opened = openUnnamed(folder)
            if opened >= 0 { return TemporaryFile(OpenFile(descriptor: opened, place: folder)) }
            failure = -opened
        }
        throw posixError(failure, "cannot make a temporary file", folders.last)
    }

    /// Reads from `offset` until `buffer` is full or the file ends; returns how many bytes were read.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(PerigeeError) -> Int {
        try file.read(into: buffer, at: offset)
    }

    /// Writes all of `bytes` at `offset`.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(PerigeeError) {
        try file.write(bytes, at: offset)
    }

    /// With O_TMPFILE, or by a name that is removed at once where the file system has no such thing.
    private static func openUnnamed(_ folder: String) -> Int32 {
        let opened = uninterrupted { answer(open(folder, O_RDWR | O_CLOEXEC | csys_o_tmpfile, 0o600)) }
        guard opened == -EOPNOTSUPP || opened == -EISDIR || opened == -EINVAL else { return opened }
        let path = "\(folder)/perigee-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        let named = uninterrupted { answer(open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)) }
        if named >= 0 { unlink(path) }
        return named
    }
}
