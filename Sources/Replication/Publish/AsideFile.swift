internal import Files
internal import Model

/// A file in the making, under a name of its own beside the place where it will appear.
///
/// Several threads may write to it at once, each its own range. Unpublished, it is removed when its owner lets go.
final class AsideFile: Sendable {
    /// The file, open for writing.
    let file: OpenFile
    /// Where it will appear.
    let path: TreePath
    /// The folder that it lies and will appear in.
    let folder: FolderHandle
    /// Its name until then.
    let name: [UInt8]
    private let pace = WritebackPace(every: 32 << 20)
    private let isPublished = OneWayFlag()
    private let isDiscarded = OneWayFlag()
    /// Whether it stays when its owner lets go, for a later run to take up.
    let isKept: Bool

    /// Creates a file for `path` in `folder`, for this user alone.
    ///
    /// - Parameter keptName: the name under which it stays though its owner lets go, unless it is discarded; nil for a
    ///   file that is removed then.
    init(path: TreePath, in folder: FolderHandle, keptName: [UInt8]? = nil) throws {
        self.path = path
        self.folder = folder
        isKept = keptName != nil
        name = keptName ?? AsideName.random()
        do {
            file = try folder.file(name, .creating(mode: 0o600))
        } catch {
            var error = error
            error.place = Self.place(of: path, in: folder)
            throw error
        }
    }

    /// What errors name: where the file will appear, and not the name that it has until then.
    private static func place(of path: TreePath, in folder: FolderHandle) -> String {
        let isOpen = folder.place.isEmpty || folder.place.hasSuffix("/")
        return folder.place + (isOpen ? "" : "/") + TreePath.printable(path.name)
    }

    /// Calls `body`, which writes to the file.
    ///
    /// - Throws: ``TargetFailure`` where the device of the destination failed.
    func writing<Result>(_ body: (borrowing OpenFile) throws -> Result) throws -> Result {
        do {
            return try naming(body)
        } catch let error as PerigeeError
            where error.code == .io && error.place == Self.place(of: path, in: folder)
        {
            throw TargetFailure(error: error)
        }
    }

    /// Writes `bytes` of the data, which begin at `offset` of it, to where `map` has them.
    ///
    /// - Throws: as ``writing(_:)``.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64, by map: DataMap) throws {
        try map.forEachPart(from: offset, count: bytes.count) { part, target in
            try writing { try $0.write(UnsafeRawBufferPointer(rebasing: bytes[part]), at: target) }
        }
        noteWritten(bytes.count)
    }

    /// Notes that so many bytes were written: the system begins with a large file before the end, when the run waits for it.
    func noteWritten(_ count: Int) { pace.note(count, to: file) }

    /// Calls `body` with the file; errors name the place where it will appear.
    func naming<Result>(_ body: (borrowing OpenFile) throws -> Result) throws -> Result {
        do {
            return try body(file)
        } catch var error as PerigeeError where error.place == file.place {
            error.place = Self.place(of: path, in: folder)
            throw error
        }
    }

    /// It has its name now and stays.
    func markPublished() { isPublished.raise() }

    /// It is of no use to anybody.
    func discard() { isDiscarded.raise() }

    deinit { if !isPublished.isRaised, !isKept || isDiscarded.isRaised { _ = folder.unlinkResult(name) } }
}
