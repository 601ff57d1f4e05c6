internal import Model

/// Finds what a file was called before: by its inode, among the paths of the record that the source no longer has.
///
/// Built from the record when the first new file is met; sixteen bytes an entry.
struct RenameFinder {
    /// For records with more entries than this, renames are not looked for: the memory is bounded.
    static let entriesMax = 4 << 20

    private let path: String?
    private var isBuilt = false
    /// Inodes in order, each with the record's position.
    private var inodes: [(inode: UInt64, position: RecordReader.Position)] = []
    private var reader: RecordReader?

    /// A finder in the record at `path`; none where it is nil.
    init(recordPath path: String?) { self.path = path }

    /// The record's entry of a file with the identity of `scanned`; whether that path still exists is for the caller to see.
    mutating func candidate(for scanned: ScannedEntry) -> RecordEntry? {
        build()
        guard let reader else { return nil }
        var low = 0
        var high = inodes.count
        while low < high {
            let middle = (low + high) / 2
            if inodes[middle].inode < scanned.identity.inode { low = middle + 1 } else { high = middle }
        }
        while low < inodes.count, inodes[low].inode == scanned.identity.inode {
            if let entry = reader.entry(at: inodes[low].position), let source = entry.source,
                source.identity.device == scanned.identity.device, source.size == scanned.attributes.size,
                source.modified == scanned.attributes.modified, entry.destination != nil
            {
                return entry
            }
            low += 1
        }
        return nil
    }

    private mutating func build() {
        guard !isBuilt else { return }
        isBuilt = true
        guard let path, let reader = RecordReader(path: path) else { return }
        while let (entry, position) = reader.nextWithPosition() {
            guard let inode = entry.source?.identity.inode else { continue }
            guard inodes.count < Self.entriesMax else {
                inodes = []
                return
            }
            inodes.append((inode, position))
        }
        inodes.sort { $0.inode < $1.inode }
        self.reader = RecordReader(path: path)
    }
}
