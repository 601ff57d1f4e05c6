internal import Files
public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A folder to work in, removed with all that is in it when its owner ends.
public final class ScratchFolder {
    /// Where it is.
    public let path: String
    // Counts the names given so far.
    private var names = 0

    /// A new folder below `base`; or, where none is named, in memory where that has `room` bytes, else in `TMPDIR`.
    ///
    /// - Throws: where it cannot be made.
    public init(in base: String? = nil, room: Int = 1 << 30) throws(PerigeeError) {
        let base = base ?? Self.usual(room: room)
        var template = Array("\(base)/perigee-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw posixError(errno, "cannot make a folder to work in", base) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? Command.run("rm", "-rf", path) }

    /// A path in it that nothing has.
    public func fresh(_ name: String) -> String {
        names += 1
        return "\(path)/\(name)-\(names)"
    }

    /// Removes what is at `path`, if anything is.
    public func remove(_ path: String) throws(PerigeeError) { try Command.run("rm", "-rf", path) }

    /// `/dev/shm` where it can be written and has room, so that no device blurs the figures.
    private static func usual(room: Int) -> String {
        var status = statvfs()
        if statvfs("/dev/shm", &status) == 0, access("/dev/shm", W_OK) == 0,
            UInt64(status.f_bavail) * UInt64(status.f_frsize) > UInt64(room)
        {
            return "/dev/shm"
        }
        guard let named = getenv("TMPDIR"), named.pointee != 0 else { return "/tmp" }
        return String(cString: named)
    }
}
