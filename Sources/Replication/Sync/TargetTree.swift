internal import Files
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The root of a tree that is written: made where it is missing, and held against a second writer.
struct TargetTree {
    /// The root, open; nil where it does not exist and nothing is to be changed.
    let root: FolderHandle?
    /// Whether this run made it.
    let isFresh: Bool
    /// The mode that the root had when it denied its own user to be opened; it is lifted then.
    private(set) var deniedMode: UInt16?

    /// A root that is open already.
    init(root: FolderHandle) {
        self.root = root
        isFresh = true
    }

    /// Opens, and unless `isDryRun` makes and locks, the folder at `path`.
    ///
    /// - Throws: `conflict` where another run writes there.
    init(path: String, isDryRun: Bool) throws {
        if isDryRun {
            root = try? FolderHandle(path: path)
            isFresh = root == nil
            return
        }
        try makeFolders(above: path, mode: 0o777)
        let made = mkdir(path, 0o777)
        guard made == 0 || errno == EEXIST else { throw posixError(errno, "cannot make the folder", path) }
        if made != 0 { deniedMode = Self.lift(path) }
        let folder = try FolderHandle(path: path)
        guard try folder.lock() else {
            throw PerigeeError(
                .conflict, "another run writes there", at: path, remedy: "wait until it has ended", canRetry: true)
        }
        root = folder
        isFresh = made == 0
    }

    /// Takes back the root at `path` where this run made it and put nothing into it.
    func takeBack(_ path: String) { if root != nil, isFresh { rmdir(path) } }

    /// Lets the owner of the folder at `path` do everything in it, if that was denied.
    ///
    /// - Returns: the mode that it had; nil where nothing was changed.
    private static func lift(_ path: String) -> UInt16? {
        var status = stat()
        guard access(path, R_OK | X_OK) != 0, errno == EACCES, stat(path, &status) == 0,
            chmod(path, status.st_mode & 0o7777 | 0o700) == 0
        else { return nil }
        return UInt16(status.st_mode & 0o7777)
    }
}

/// Refuses a source and a destination of which one lies in the other.
///
/// - Throws: `usage` where they are the same folder or nested.
func refuseNested(source: String, destination: String) throws {
    let from = HostPath.resolved(source)
    let to = HostPath.resolved(destination)
    guard from != to else {
        throw PerigeeError(.usage, "source and destination are the same folder", at: from, remedy: "name two folders")
    }
    for (outer, inner) in [(from, to), (to, from)] where inner.hasPrefix(outer == "/" ? "/" : outer + "/") {
        throw PerigeeError(
            .usage, "one of source and destination lies in the other", at: inner,
            remedy: "name folders that do not contain each other")
    }
}
