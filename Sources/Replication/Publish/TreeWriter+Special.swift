internal import Files
internal import Model

// What is no file and no folder, and further names of all but folders.
extension TreeWriter {
    /// Makes a symbolic link, a pipe, a socket's name or a device node at `path`.
    func makeSpecial(_ path: TreePath, _ wanted: Attributes) throws -> FileState {
        try within(path.parent) { try makeSpecial(path, wanted, in: $0) }
        return try state(of: path)
    }

    private func makeSpecial(_ path: TreePath, _ wanted: Attributes, in parent: FolderHandle) throws {
        let name = AsideName.random()
        let result =
            wanted.kind == .symlink
            ? parent.symlinkResult(name, target: wanted.target)
            : parent.nodeResult(name, typeAndMode: wanted.kind.typeBits | 0o600, device: wanted.device)
        guard result == 0 else {
            if wanted.kind == .characterDevice || wanted.kind == .blockDevice {
                attributes.log.lost(.node, of: path, posixError(-result, "cannot make it").message)
            }
            throw root.failure(-result, "cannot make it", path.bytes)
        }
        do {
            attributes.apply(wanted, toName: name, in: parent, path: path)
            try moveInPlace(name, in: parent, path)
        } catch {
            _ = parent.unlinkResult(name)
            throw error
        }
    }

    /// Makes `path` a further name of what is at `leader`.
    ///
    /// - Returns: false, noted as a loss, where the file system does not give it one.
    func makeLink(_ path: TreePath, to leader: TreePath) throws -> Bool {
        let result = try link(path, to: leader.name, in: folder(leader.parent))
        guard result != 0 else { return true }
        let error = root.failure(-result, "cannot link it", path.bytes)
        guard PosixNumber.unlinkable.contains(-result) else { throw error }
        attributes.log.lost(.links, of: path, error.message)
        return false
    }

    /// Makes `path` a further name of the file `old` in `other`, which may lie beneath another root.
    func makeLink(_ path: TreePath, to old: some Collection<UInt8>, in other: FolderHandle) throws -> FileState {
        let result = try link(path, to: old, in: other)
        guard result == 0 else { throw root.failure(-result, "cannot link it", path.bytes) }
        return try state(of: path)
    }

    /// The answer of link(2); where that is zero, `path` has taken its place.
    private func link(_ path: TreePath, to old: some Collection<UInt8>, in other: FolderHandle) throws -> Int32 {
        try within(path.parent) { try link(path, to: old, in: other, parent: $0) }
    }

    private func link(
        _ path: TreePath, to old: some Collection<UInt8>, in other: FolderHandle, parent: FolderHandle
    ) throws -> Int32 {
        let name = AsideName.random()
        let result = other.linkResult(old, to: parent, name)
        guard result == 0 else {
            guard -result != PosixNumber.denied else { throw root.failure(-result, "cannot link it", path.bytes) }
            return result
        }
        do {
            try moveInPlace(name, in: parent, path)
        } catch {
            _ = parent.unlinkResult(name)
            throw error
        }
        // rename(2) does nothing where both names are the same file already.
        _ = parent.unlinkResult(name)
        return 0
    }
}
