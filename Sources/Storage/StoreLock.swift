internal import Files
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Keeps a compare-and-set of a directory store apart from every other change of a blob that is there, in all processes.
///
/// An flock(2) on the file `.lock` below the root: exclusive for compare-and-set, shared for what replaces or removes
/// without comparing. Creating needs none: the file system itself keeps the second one out.
enum StoreLock {
    private static let name = Array(".lock".utf8)

    /// Runs `body` while nobody else changes anything.
    ///
    /// - Throws: `unsupported` where the file system has no locks.
    static func withExclusive<Result>(
        _ root: FolderHandle, _ modes: StoreModes, _ body: () throws -> Result
    ) throws -> Result {
        let file = try open(root, modes)
        guard try lock(file, LOCK_EX) else {
            throw PerigeeError(
                .unsupported, "the file system has no locks, so nothing can be changed by compare-and-set",
                at: root.place, remedy: "mount it with locks (Lustre: -o flock), or choose another file system")
        }
        return try withExtendedLifetime(file) { try body() }
    }

    /// Runs `body` while nobody compares; without a lock where the file system has none.
    static func withShared<Result>(
        _ root: FolderHandle, _ modes: StoreModes, _ body: () throws -> Result
    ) throws -> Result {
        let file = try open(root, modes)
        _ = try lock(file, LOCK_SH)
        return try withExtendedLifetime(file) { try body() }
    }

    /// Takes the lock, which ends when `file` closes; false where the file system has none.
    static func lock(_ file: borrowing OpenFile, _ operation: Int32) throws(PerigeeError) -> Bool {
        while true {
            if flock(file.descriptor, operation) == 0 { return true }
            switch errno {
            case EINTR: continue
            case ENOLCK, ENOSYS, EOPNOTSUPP, EBADF: return false
            default: throw posixError(errno, "cannot lock it", file.place)
            }
        }
    }

    private static func open(_ root: FolderHandle, _ modes: StoreModes) throws(PerigeeError) -> OpenFile {
        while true {
            do throws(PerigeeError) {
                return try root.file(name, .updating)
            } catch {
                guard error.code == .notFound else { throw error }
            }
            do throws(PerigeeError) {
                let file = try root.file(name, .creating(mode: modes.file))
                modes.apply(modes.file, to: file.descriptor)
                return file
            } catch {
                guard error.code == .exists else { throw error }
            }
        }
    }
}
