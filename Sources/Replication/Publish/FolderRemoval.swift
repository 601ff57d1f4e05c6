internal import Files
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Error numbers that the publisher branches on.
enum PosixNumber {
    static let exists = EEXIST
    static let missing = ENOENT
    static let isFolder = EISDIR
    static let notEmpty = ENOTEMPTY
}

/// Removes a folder with all that lies in it.
enum FolderRemoval {
    /// Removes `name` in `parent`, whatever it is; links are removed, not followed.
    static func remove(_ name: [UInt8], in parent: FolderHandle) throws {
        var result = parent.unlinkResult(name)
        if result == 0 || result == -ENOENT { return }
        guard result == -EISDIR || result == -EPERM else { throw posixError(-result, "cannot remove it", path: name) }
        let folder = try parent.folder(name)
        for child in try folder.names() { try remove(child, in: folder) }
        result = parent.unlinkResult(name, isFolder: true)
        guard result == 0 || result == -ENOENT else { throw posixError(-result, "cannot remove the folder", path: name) }
    }
}
