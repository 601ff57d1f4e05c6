package import CSyscalls

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension FolderHandle {
    /// Whether the kernel has openat2(2) and lets this process use it; else paths are walked name by name.
    private static let hasOpenBeneath: Bool = {
        let opened = csys_open_beneath(AT_FDCWD, ".", csys_o_path | O_DIRECTORY | O_CLOEXEC, 0)
        if opened >= 0 { close(opened) }
        return opened != -ENOSYS && opened != -EPERM
    }()

    /// The longest path that one system call takes, without the final zero.
    private static let longestPath = 4095

    /// Opens `path` beneath this folder; the descriptor or the negative error number.
    ///
    /// The empty path is the folder itself.
    package func openBeneath(_ path: some Collection<UInt8>, _ flags: Int32, mode: UInt16 = 0) -> Int32 {
        if path.isEmpty { return openName(descriptor, CollectionOfOne(UInt8(ascii: ".")), flags, mode) }
        if Self.hasOpenBeneath, path.count <= Self.longestPath { return openPiece(descriptor, path, flags, mode) }
        return walk(path, pieceLength: Self.hasOpenBeneath ? Self.longestPath : 0, flags, mode)
    }

    /// The same without openat2(2), for old kernels; here so that tests can compare both.
    package func openByWalking(_ path: some Collection<UInt8>, _ flags: Int32, mode: UInt16 = 0) -> Int32 {
        walk(path.isEmpty ? [UInt8(ascii: ".")] : Array(path), pieceLength: 0, flags, mode)
    }

    /// Fills `status` for `path` beneath this folder, without following a last link; 0 or the negative error number.
    package func statusBeneath(_ path: some Collection<UInt8>, _ status: inout csys_status) -> Int32 {
        if path.isEmpty { return csys_statx(descriptor, "", csys_at_empty_path, &status) }
        if path.withContiguousStorageIfAvailable({ $0.contains(UInt8(ascii: "/")) }) == false {
            return withSystemPath(path) { csys_statx(descriptor, $0, 0, &status) }
        }
        let opened = openBeneath(path, csys_o_path | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else { return opened }
        defer { close(opened) }
        return csys_statx(opened, "", csys_at_empty_path, &status)
    }

    /// Opens as many names at once as fit in `pieceLength` bytes, at least one, each piece beneath the one before.
    private func walk(_ path: some Collection<UInt8>, pieceLength: Int, _ flags: Int32, _ mode: UInt16) -> Int32 {
        var folder = descriptor
        var rest = Array(path)[...]
        defer { if folder != descriptor { close(folder) } }
        while true {
            let end = Self.endOfPiece(rest, pieceLength)
            let isLast = end == rest.endIndex
            let wish = isLast ? flags : csys_o_path | O_DIRECTORY | O_CLOEXEC
            let next =
                pieceLength > 0
                ? openPiece(folder, rest[..<end], wish, mode) : openName(folder, rest[..<end], wish, mode)
            if isLast { return next }
            guard next >= 0 else { return next }
            if folder != descriptor { close(folder) }
            folder = next
            rest = rest[(end + 1)...]
        }
    }

    /// Where the last name ends that fits, or the first one if none does.
    private static func endOfPiece(_ path: ArraySlice<UInt8>, _ length: Int) -> Int {
        let slash = UInt8(ascii: "/")
        if path.count <= length { return path.endIndex }
        if length > 0, let end = path.prefix(length + 1).lastIndex(of: slash) { return end }
        return path.firstIndex(of: slash) ?? path.endIndex
    }

    private func openPiece(_ folder: Int32, _ path: some Collection<UInt8>, _ flags: Int32, _ mode: UInt16) -> Int32 {
        withSystemPath(path) { path in
            uninterrupted { csys_open_beneath(folder, path, flags | O_NOFOLLOW, UInt32(mode)) }
        }
    }

    /// One name at a time: without a `/`, not `..`, and not followed, it cannot leave the folder.
    private func openName(_ folder: Int32, _ name: some Collection<UInt8>, _ flags: Int32, _ mode: UInt16) -> Int32 {
        withSystemPath(name) { name in
            guard strcmp(name, "..") != 0, strchr(name, Int32(UInt8(ascii: "/"))) == nil else { return -EXDEV }
            return uninterrupted { answer(openat(folder, name, flags | O_NOFOLLOW, mode_t(mode))) }
        }
    }
}
