internal import CSyscalls
internal import Files
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Lists folders and looks up names: the part of a scan that waits for the file system.
///
/// One for each thread.
final class ScanWorker {
    private let options: ScanOptions
    private let root: FolderHandle
    private let rootDevice: UInt64
    private let givesLeftovers: Bool
    private let scratch = IOBuffer(count: 64 << 10)
    private let sorter: SpillSorter
    private let notes: ScanReport
    private let lifted: LiftedFolders?

    init(
        _ options: ScanOptions, root: FolderHandle, device: UInt64, givesLeftovers: Bool, notes: ScanReport,
        lifted: LiftedFolders?
    ) {
        self.options = options
        self.root = root
        self.givesLeftovers = givesLeftovers
        self.notes = notes
        self.lifted = lifted
        rootDevice = device
        sorter = SpillSorter(memory: options.memory / 4)
    }

    /// Opens the folder of a task; nil, with a note, where it cannot be.
    func open(_ task: ScanTask) -> FolderHandle? {
        if task.way.isEmpty { return task.base }
        var opened = task.base.openBeneath(task.way, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if opened == -EACCES, lift(task.folder) {
            opened = task.base.openBeneath(task.way, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        if opened >= 0 { return FolderHandle(descriptor: opened, place: root.place) }
        let path = task.folder.path()
        if opened == -ENOENT {
            notes.vanished(path)
        } else {
            notes.failed(path, root.failure(-opened, "cannot open the folder", path))
        }
        return nil
    }

    /// The names of a folder in order, each with a zero byte and its kind (or zero) behind; nil where it cannot be listed.
    func list(_ folder: ScanFolder, _ handle: FolderHandle) -> SortedRecords? {
        let prefix = options.filter.isEmpty ? nil : Self.prefix(folder.path())
        let first = options.after.flatMap { Self.step(to: $0, from: folder.path()) }
        do {
            try withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { record in
                try handle.forEachName(scratch: scratch.bytes) { name, kind in
                    guard name.count <= record.count - 2 else { return }
                    if !givesLeftovers, AsideName.matches(name) { return }
                    if let first, name.lexicographicallyPrecedes(first) { return }
                    if let kind, let prefix,
                        !options.filter.admits(prefix + name, isFolder: kind == .directory)
                    {
                        return
                    }
                    record.copyMemory(from: name)
                    record[name.count] = 0
                    record[name.count + 1] = kind?.rawValue ?? 0
                    try sorter.add(UnsafeRawBufferPointer(rebasing: record[..<(name.count + 2)]))
                }
            }
            return try sorter.sorted()
        } catch {
            notes.failed(folder.path(), .listing(error))
            // Forget what was added before it failed.
            _ = try? sorter.sorted()
            return nil
        }
    }

    /// Fills in what the file system says of the names of a batch.
    func lookUp(_ batch: ScanBatch, _ handle: FolderHandle) {
        let prefix = options.filter.isEmpty ? nil : Self.prefix(batch.folder.path())
        for index in 0..<batch.count {
            var result = batch.withName(index) { csys_statx(handle.descriptor, $0, 0, &batch.statuses[index]) }
            if result == -EACCES, lift(batch.folder) {
                result = batch.withName(index) { csys_statx(handle.descriptor, $0, 0, &batch.statuses[index]) }
            }
            guard result == 0 else {
                leaveOut(index, batch, result)
                continue
            }
            let status = FileStatus(batch.statuses[index])
            guard let kind = status.kind, admits(batch, index, kind, prefix) else {
                batch.statuses[index].mode = 0
                continue
            }
            if kind == .directory {
                if mayEnter(status, batch.name(index)) { batch.folders.append(index) }
            } else if kind == .symlink {
                readTarget(index, batch, handle)
            }
        }
    }

    /// Whether a folder that denied something now does no longer.
    private func lift(_ folder: ScanFolder) -> Bool {
        guard let lifted else { return false }
        return lifted.liftToScan(TreePath(trusted: folder.path()))
    }

    private func mayEnter(_ folder: FileStatus, _ name: ArraySlice<UInt8>) -> Bool {
        if options.oneFileSystem, folder.identity.device != rootDevice { return false }
        return !givesLeftovers || !AsideName.matches(name)
    }

    /// Asks the filter for names whose kind the listing did not tell; the others were asked then.
    private func admits(_ batch: ScanBatch, _ index: Int, _ kind: EntryKind, _ prefix: [UInt8]?) -> Bool {
        guard let prefix, !batch.wasKindListed(index) else { return true }
        return options.filter.admits(prefix + batch.name(index), isFolder: kind == .directory)
    }

    private func readTarget(_ index: Int, _ batch: ScanBatch, _ handle: FolderHandle) {
        let buffer = scratch.bytes.bindMemory(to: CChar.self)
        let result = batch.withName(index) {
            let count = readlinkat(handle.descriptor, $0, buffer.baseAddress!, buffer.count)
            return count < 0 ? Int(-errno) : count
        }
        if result < 0 { return leaveOut(index, batch, Int32(result)) }
        batch.targets.append((index, Array(scratch.bytes[..<result])))
    }

    private func leaveOut(_ index: Int, _ batch: ScanBatch, _ result: Int32) {
        batch.statuses[index].mode = 0
        let path = Self.prefix(batch.folder.path()) + batch.name(index)
        if result == -ENOENT {
            notes.vanished(path)
        } else {
            notes.failed(path, root.failure(-result, "cannot look it up", path))
        }
    }

    /// The name in a folder that leads to `path`; nil where none does.
    private static func step(to path: TreePath, from folder: [UInt8]) -> ArraySlice<UInt8>? {
        guard path.bytes.count > folder.count, path.isWithin(TreePath(trusted: folder)) else { return nil }
        let rest = path.bytes.dropFirst(folder.isEmpty ? 0 : folder.count + 1)
        return rest.prefix { $0 != UInt8(ascii: "/") }
    }

    private static func prefix(_ folder: [UInt8]) -> [UInt8] { folder.isEmpty ? [] : folder + [UInt8(ascii: "/")] }
}

extension PerigeeError {
    /// The names of a folder could not be listed, or not sorted in temporary files.
    static func listing(_ error: any Error) -> PerigeeError {
        error as? PerigeeError ?? PerigeeError(.io, "cannot list the folder", cause: error)
    }
}
