internal import Files
internal import Hashing
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A blob of a directory store in the making: a file in `.staging` that is written as the bytes come.
final class DirectoryStaging: BlobStaging {
    private let store: DirectoryStore
    private let staged: StagedFile
    private var size = 0
    private let pace = WritebackPace(every: 4 << 20)
    // Of the bytes so far, as long as they are few enough for the version to be their digest.
    private var hasher = Blake3Hasher()
    private var isSpent = false

    init(_ store: DirectoryStore, _ staged: consuming StagedFile) {
        self.store = store
        self.staged = staged
    }

    deinit {
        if !isSpent { _ = staged.folder.unlinkResult(staged.name) }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        guard !isSpent else { throw spentStaging(store.name) }
        try staged.file.write(bytes)
        size += bytes.count
        if size <= DirectoryStore.hashedLengthMax { hasher.update(bytes) }
        pace.note(bytes.count, to: staged.file)
    }

    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        guard !isSpent else { throw spentStaging(store.name) }
        try staged.file.sync()
        let (path, leaf) = key.split
        let folder = try store.makeFolders(path)
        switch condition {
        case .always:
            try StoreLock.withShared(store.root, store.modes) { try replace(folder, leaf) }
        case .absent:
            try create(folder, leaf, key)
        case .matches(let version):
            try StoreLock.withExclusive(store.root, store.modes) {
                guard try store.info(key)?.version == version else { throw store.conflict(key, condition) }
                try replace(folder, leaf)
            }
        }
        try folder.sync()
        return size <= DirectoryStore.hashedLengthMax
            ? DirectoryStore.version(hasher.finalize()) : DirectoryStore.version(try staged.file.status())
    }

    /// Gives the file its name, whoever had it before.
    private func replace(_ folder: FolderHandle, _ leaf: some Collection<UInt8>) throws {
        let result = staged.folder.renameResult(staged.name, to: folder, leaf)
        guard result >= 0 else { throw folder.failure(-result, "cannot move it into place", leaf) }
        isSpent = true
    }

    /// Gives the file its name if nobody has it.
    private func create(_ folder: FolderHandle, _ leaf: some Collection<UInt8>, _ key: BlobKey) throws {
        var result = staged.folder.renameResult(staged.name, to: folder, leaf, .keeping)
        if [-EINVAL, -ENOSYS, -EOPNOTSUPP].contains(result) {
            // This file system cannot rename with a condition; a second name is given only where the name is free.
            result = staged.folder.linkResult(staged.name, to: folder, leaf)
            if result >= 0 { _ = staged.folder.unlinkResult(staged.name) }
        }
        if result == -EEXIST { throw store.conflict(key, .absent) }
        guard result >= 0 else { throw folder.failure(-result, "cannot move it into place", leaf) }
        isSpent = true
    }
}

extension DirectoryStore {
    /// The folder at `path` beneath the root, made durably where it is missing.
    func makeFolders(_ path: some Collection<UInt8>) throws -> FolderHandle {
        if let folder = try existingFolder(path) { return folder }
        var folder = root
        for name in path.split(separator: UInt8(ascii: "/")) {
            let result = folder.makeFolderResult(name, mode: modes.folder)
            guard result >= 0 || result == -EEXIST else {
                throw folder.failure(-result, "cannot make the folder", name)
            }
            // Also where another made it: whether that one has come as far as this is not known.
            try folder.sync()
            folder = try folder.folder(name)
            if result >= 0 { modes.apply(modes.folder, to: folder.descriptor) }
        }
        return folder
    }
    /// The folder at `path` beneath the root; nil where there is none.
    func existingFolder(_ path: some Collection<UInt8>) throws -> FolderHandle? {
        let opened = root.openBeneath(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if opened == -ENOENT || opened == -ENOTDIR { return nil }
        guard opened >= 0 else { throw root.failure(-opened, "cannot open the folder", path) }
        return FolderHandle(descriptor: opened, place: "\(name)/\(String(decoding: path, as: UTF8.self))")
    }
}
