import Model
import Storage
import Synchronization

/// A store that stops to answer, for ever, after so many changes: what a killed process leaves behind.
final class DyingStore: BlobStore {
    let inner: any BlobStore
    private let left: Atomic<Int>

    init(_ inner: any BlobStore, changes: Int) {
        self.inner = inner
        left = Atomic(changes)
    }

    /// Whether it has stopped.
    var isDead: Bool { left.load(ordering: .relaxed) < 0 }

    private func live(isChange: Bool) throws {
        let isAlive = isChange ? left.subtract(1, ordering: .relaxed).newValue >= 0 : !isDead
        guard isAlive else { throw PerigeeError(.io, "the store has died") }
    }

    var name: String { inner.name }

    func put(_ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition) throws -> BlobVersion {
        try live(isChange: true)
        return try inner.put(key, parts, if: condition)
    }

    func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try live(isChange: false)
        return try inner.read(key, at: offset, into: buffer)
    }

    func info(_ key: BlobKey) throws -> BlobInfo? {
        try live(isChange: false)
        return try inner.info(key)
    }

    func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try live(isChange: false)
        return try inner.list(prefix, after: cursor, limit: limit)
    }

    func delete(_ key: BlobKey) throws {
        try live(isChange: true)
        try inner.delete(key)
    }
}
