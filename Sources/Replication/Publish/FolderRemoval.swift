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
    static let denied = EACCES
    static let missing = ENOENT
    static let isFolder = EISDIR
    static let notEmpty = ENOTEMPTY
    /// What link(2) says where a thing cannot have a further name, or not there.
    static let unlinkable: Set<Int32> = [EPERM, EMLINK, EOPNOTSUPP, ENOSYS, EXDEV]
}

/// Removes a folder with all that lies in it.
///
/// What lies in its folders is moved up into it before they are removed, so that no depth takes memory, stack or open files.
enum FolderRemoval {
    private static let scratchSize = 32 << 10

    /// Removes `name` in `parent`, whatever it is; links are removed, not followed.
    static func remove(_ name: [UInt8], in parent: FolderHandle) throws {
        if try removeSimple(name, in: parent) { return }
        let top = try open(name, in: parent)
        // Names that a listing passed by while others were removed are met in the next one.
        repeat {} while try removeRound(top)
        let result = parent.unlinkResult(name, isFolder: true)
        guard result == 0 || result == -ENOENT else {
            throw parent.failure(-result, "cannot remove the folder", name)
        }
    }

    /// Removes what `top` lists, and moves up what lies in its folders.
    ///
    /// - Returns: whether anything was listed.
    private static func removeRound(_ top: FolderHandle) throws -> Bool {
        var isEmpty = true
        try forEachName(in: top) { name in
            isEmpty = false
            if try removeSimple(name, in: top) { return }
            let folder = try open(name, in: top)
            try forEachName(in: folder) { inner in
                if try removeSimple(inner, in: folder) { return }
                // Only who may write a folder may move it elsewhere.
                try lift(inner, in: folder)
                try folder.rename(inner, to: top, AsideName.random())
            }
            // Where a listing passed names by, the next round meets the folder again.
            _ = try removeSimple(name, in: top)
        }
        return !isEmpty
    }

    /// Opens a folder that is to be emptied, whatever its mode says to its owner.
    private static func open(_ name: [UInt8], in parent: FolderHandle) throws -> FolderHandle {
        try lift(name, in: parent)
        return try parent.folder(name)
    }

    /// Lets the owner do everything in a folder that is to go, where that is needed and can be.
    private static func lift(_ name: [UInt8], in parent: FolderHandle) throws {
        guard let status = try parent.status(name), status.kind == .directory, status.mode & 0o700 != 0o700 else {
            return
        }
        _ = parent.modeResult(name, status.mode | 0o700)
    }

    /// Removes anything but a folder that holds something; false for that.
    private static func removeSimple(_ name: [UInt8], in folder: FolderHandle) throws -> Bool {
        var result = folder.unlinkResult(name)
        if result == -EISDIR || result == -EPERM { result = folder.unlinkResult(name, isFolder: true) }
        switch -result {
        case 0, ENOENT: return true
        case ENOTEMPTY, EEXIST: return false
        default: throw folder.failure(-result, "cannot remove it", name)
        }
    }

    private static func forEachName(in folder: FolderHandle, _ body: ([UInt8]) throws -> Void) throws {
        try withUnsafeTemporaryAllocation(byteCount: scratchSize, alignment: 8) { scratch in
            try folder.forEachName(scratch: scratch) { name, _ in try body(Array(name)) }
        }
    }
}
