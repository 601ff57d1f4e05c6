internal import Files
internal import Model
internal import Workers

/// Compares files of two trees byte by byte.
///
/// One for each thread.
final class FileComparer {
    private static let bufferSize = 1 << 20

    private let source: SourceTree
    private let target: FolderHandle?
    private let stop: StopFlag
    private let mine = IOBuffer(count: bufferSize)
    private let theirs = IOBuffer(count: bufferSize)

    /// A comparer, until `stop` is raised; where there is no `target`, nothing is equal.
    init(source: SourceTree, target: FolderHandle?, stop: StopFlag) {
        self.source = source
        self.target = target
        self.stop = stop
    }

    /// Whether the target's file at `path` has the bytes of the source's `scanned`.
    ///
    /// - Throws: `changed` where the source does not hold still, `interrupted` where the run is stopped meanwhile.
    func isEqual(_ scanned: ScannedEntry, at path: TreePath) throws -> Bool {
        guard let target else { return false }
        let reader = try source.open(scanned)
        let size = scanned.attributes.size
        guard let file = try? target.file(path.bytes, .reading), try file.status().size == size else { return false }
        var offset: UInt64 = 0
        while offset < size {
            try stop.check()
            let count = Int(min(UInt64(Self.bufferSize), size - offset))
            let a = UnsafeMutableRawBufferPointer(rebasing: mine.bytes[..<count])
            let b = UnsafeMutableRawBufferPointer(rebasing: theirs.bytes[..<count])
            guard try reader.file.read(into: a, at: offset) == count else { throw PerigeeError.changed(scanned.path) }
            guard try file.read(into: b, at: offset) == count,
                ByteComparison.isEqual(UnsafeRawBufferPointer(a), UnsafeRawBufferPointer(b))
            else { return false }
            offset += UInt64(count)
        }
        try reader.recheck()
        return true
    }

    /// Whether both have the same attributes, as far as a scan sees them.
    static func attributesAgree(_ a: ScannedEntry, _ b: ScannedEntry) -> Bool { a.attributes == b.attributes }
}
