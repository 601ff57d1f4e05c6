import Storage
import Synchronization

/// A store whose listings of some prefix lack everything, so many times: as one that is taken while blobs are replaced by
/// others, in an order in which it sees neither.
final class BlinkingStore: BlobStore {
    let inner: any BlobStore
    private let prefix: String
    private let blinks = Atomic(0)

    init(_ inner: any BlobStore, _ prefix: String) { (self.inner, self.prefix) = (inner, prefix) }

    /// The next so many listings lack everything.
    func blink(_ count: Int) { blinks.store(count, ordering: .relaxed) }

    /// Whether all of these were taken.
    var isOver: Bool { blinks.load(ordering: .relaxed) <= 0 }

    var name: String { inner.name }

    func put(_ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition) throws -> BlobVersion {
        try inner.put(key, parts, if: condition)
    }

    func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try inner.read(key, at: offset, into: buffer)
    }

    func info(_ key: BlobKey) throws -> BlobInfo? { try inner.info(key) }

    func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        if prefix == self.prefix, blinks.subtract(1, ordering: .relaxed).newValue >= 0 { return [] }
        return try inner.list(prefix, after: cursor, limit: limit)
    }

    func delete(_ key: BlobKey) throws { try inner.delete(key) }
}
