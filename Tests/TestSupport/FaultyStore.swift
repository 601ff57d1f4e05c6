public import Model
public import Storage
internal import Synchronization

/// A store that fails when it is told to, before or after it has done what was asked.
public final class FaultyStore: BlobStore {
    /// What a request meets.
    public enum Fault: Sendable {
        /// It fails, and nothing was done.
        case before(PerigeeError)
        /// It was done, and fails nevertheless.
        case after(PerigeeError)
    }

    private let base: any BlobStore
    private let faults = Mutex<[Fault?]>([])
    private let asked = Mutex(0)

    /// What the store behind it is called.
    public var name: String { base.name }

    /// Does what `base` does, until faults are planned.
    public init(_ base: any BlobStore) { self.base = base }

    /// Lets the next requests meet these, one each; nil for none.
    public func plan(_ faults: [Fault?]) { self.faults.withLock { $0 = faults } }

    /// How many requests were made so far.
    public var requests: Int { asked.withLock { $0 } }

    /// Puts, or fails.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion {
        try meet { try base.put(key, parts, if: condition) }
    }

    /// Reads, or fails.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try meet { try base.read(key, at: offset, into: buffer) }
    }

    /// Asks, or fails.
    public func info(_ key: BlobKey) throws -> BlobInfo? { try meet { try base.info(key) } }

    /// Lists, or fails.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try meet { try base.list(prefix, after: cursor, limit: limit) }
    }

    /// Deletes, or fails.
    public func delete(_ key: BlobKey) throws { try meet { try base.delete(key) } }

    private func meet<Result>(_ request: () throws -> Result) throws -> Result {
        asked.withLock { $0 += 1 }
        let fault: Fault? = faults.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if case .before(let error) = fault { throw error }
        let result = try request()
        if case .after(let error) = fault { throw error }
        return result
    }
}
