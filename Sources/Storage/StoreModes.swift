internal import Files
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Who may use what a directory store makes: the owner, and the group as far as the root folder is for it.
struct StoreModes: Sendable {
    let file: UInt16
    let folder: UInt16

    init(_ root: FolderHandle) throws {
        let group = try root.status([]).map { $0.mode & 0o070 } ?? 0
        file = 0o600 | group & 0o060
        folder = 0o700 | group
    }

    /// Gives `descriptor` its mode where the process's mask may have kept something from it.
    func apply(_ mode: UInt16, to descriptor: Int32) {
        // A file system without modes refuses this, and then there is nothing to keep.
        if mode & 0o070 != 0 { _ = fchmod(descriptor, mode_t(mode)) }
    }
}
