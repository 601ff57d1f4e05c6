#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Folders for what this machine remembers.
enum FolderMaker {
    /// Makes the folder at `path` for its owner alone, and those above it where they are missing.
    ///
    /// Says nothing of failures: whoever writes there meets them.
    static func make(_ path: String) {
        for (index, character) in zip(path.indices, path) where character == "/" && index > path.startIndex {
            mkdir(String(path[..<index]), 0o777)
        }
        mkdir(path, 0o700)
    }
}
