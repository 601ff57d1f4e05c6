internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Small files that are on the disk, whole, once they are written.
enum DurableFile {
    /// Puts `text` at `path`, in the place of what was there.
    ///
    /// - Throws: `io` where it cannot be written; what was there is left then.
    static func write(_ text: String, to path: String) throws(PerigeeError) {
        let part = path + AttemptFiles.part
        let file = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(part) }
        defer { close(file) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(part) }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0, rename(part, path) == 0 else { throw failure(path) }
        let folder = open(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]), O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { throw failure(path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> PerigeeError {
        PerigeeError(
            .io, "it cannot be written: \(String(cString: strerror(errno)))", at: path,
            remedy: "see that the state of the daemon can be written", canRetry: true)
    }
}
