internal import Hashing
internal import Model

/// Finds what a file was called before: among the paths of the record, by its inode at the source, or by what a snapshot
/// says of it.
///
/// Built from the record when the first new file is met; 24 bytes an entry.
struct RenameFinder {
    /// By what an entry of the record is found again.
    enum Clue {
        /// The inode that it had at the source.
        case inode
        /// The fingerprint that it had in the snapshot.
        case fingerprint
    }

    /// For records with more entries than this, renames are not looked for: the memory is bounded.
    static let entriesMax = 4 << 20

    private let path: String?
    private let clue: Clue
    private var isBuilt = false
    /// Keys in order, each with the record's position; those that were given out have none.
    private var places: [(key: UInt64, position: RecordReader.Position?)] = []
    private var reader: RecordReader?

    /// A finder in the record at `path`; none where it is nil.
    init(recordPath path: String?, by clue: Clue) {
        self.path = path
        self.clue = clue
    }

    /// The record's entry of a file with the identity of `scanned`; whether that path still exists is for the caller to see.
    mutating func candidate(for scanned: ScannedEntry) -> RecordEntry? {
        find(scanned.identity.inode) { entry in
            guard let source = entry.source else { return false }
            return source.identity.device == scanned.identity.device && source.size == scanned.attributes.size
                && source.modified == scanned.attributes.modified
        }
    }

    /// An entry of the record with this fingerprint, each once; whether that path is still wanted is for `isGone` to say.
    mutating func take(_ fingerprint: Digest, isGone: (TreePath) throws -> Bool) rethrows -> RecordEntry? {
        try find(Self.key(fingerprint), once: true) { try $0.fingerprint == fingerprint && isGone($0.path) }
    }

    private mutating func find(
        _ key: UInt64, once: Bool = false, where fits: (RecordEntry) throws -> Bool
    ) rethrows -> RecordEntry? {
        build()
        guard let reader else { return nil }
        var low = 0
        var high = places.count
        while low < high {
            let middle = (low + high) / 2
            if places[middle].key < key { low = middle + 1 } else { high = middle }
        }
        while low < places.count, places[low].key == key {
            if let position = places[low].position, let entry = reader.entry(at: position), entry.destination != nil,
                try fits(entry)
            {
                if once { places[low].position = nil }
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
            guard let key = key(of: entry) else { continue }
            guard places.count < Self.entriesMax else {
                places = []
                return
            }
            places.append((key, position))
        }
        places.sort { $0.key < $1.key }
        self.reader = RecordReader(path: path)
    }

    private func key(of entry: RecordEntry) -> UInt64? {
        switch clue {
        case .inode: entry.source?.identity.inode
        case .fingerprint: entry.fingerprint.map(Self.key)
        }
    }

    private static func key(_ digest: Digest) -> UInt64 { digest.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) } }
}
