public import Files
public import Model
public import Storage
internal import Synchronization

/// An object store that does not honour conditions, made safe for one writer: who changes anything holds the lease.
///
/// Conditions are decided here, by looking before putting: nobody else changes anything meanwhile. Readers need no
/// lease. Give it back with ``release()`` at the end.
public final class LeasedStore: MeteringStore {
    private let base: S3Store
    private let lease: WriterLease
    // Held while a condition is looked at and acted on.
    private let deciding = Mutex(())

    /// `s3://bucket/prefix`.
    public var name: String { base.name }

    /// What was sent so far, the lease's requests included.
    public var meter: StoreMeter { base.meter }

    /// The store behind `base`, for `writer`, whose lease is the blob `key`.
    ///
    /// - Parameter token: what tells this writer from all others; 32 random hexadecimal digits.
    public init(_ base: S3Store, key: BlobKey, writer: WriterIdentity, token: String) {
        self.base = base
        lease = WriterLease(base, key: key, writer: writer, token: token)
    }

    /// Lets others write.
    public func release() { lease.release() }

    /// Looks at the condition, then puts.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion {
        try deciding(key, condition) { try base.put(key, parts, if: .always) }
    }

    /// Reads.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try base.read(key, at: offset, into: buffer)
    }

    /// Begins a read.
    public func startRead(_ key: BlobKey, at offset: UInt64, into buffer: IOBuffer) throws -> any BlobReading {
        try base.startRead(key, at: offset, into: buffer)
    }

    /// All of a small blob, in one request.
    public func get(_ key: BlobKey, limit: ByteCount) throws -> [UInt8] { try base.get(key, limit: limit) }

    /// All of a small blob and its version, in one request.
    public func fetch(_ key: BlobKey, limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)? {
        try base.fetch(key, limit: limit)
    }

    /// Asks.
    public func info(_ key: BlobKey) throws -> BlobInfo? { try base.info(key) }

    /// Lists.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try base.list(prefix, after: cursor, limit: limit)
    }

    /// Deletes, as the one who may.
    public func delete(_ key: BlobKey) throws {
        try lease.hold()
        try base.delete(key)
    }

    /// Keeps the bytes until the commit, which looks at its condition first.
    public func stage() throws -> any BlobStaging { LeasedStaging(store: self, base: try base.stage()) }

    /// Runs `body` where this writer has the lease and `condition` holds.
    fileprivate func deciding<Result>(
        _ key: BlobKey, _ condition: PutCondition, _ body: () throws -> Result
    ) throws -> Result {
        try lease.hold()
        guard condition != .always else { return try body() }
        return try deciding.withLock { _ in
            let version = try base.info(key)?.version
            let holds: Bool =
                switch condition {
                case .always: true
                case .absent: version == nil
                case .matches(let wanted): version == wanted
                }
            guard holds else { throw base.conflict(key, condition) }
            return try body()
        }
    }
}

/// A blob in the making in a store with a lease.
private final class LeasedStaging: BlobStaging {
    private let store: LeasedStore
    private let base: any BlobStaging

    init(store: LeasedStore, base: any BlobStaging) {
        self.store = store
        self.base = base
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws { try base.append(bytes) }

    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        try store.deciding(key, condition) { try base.commit(as: key, if: .always) }
    }

    func startCommit(as key: BlobKey, if condition: PutCondition) throws -> any BlobCommit {
        try store.deciding(key, condition) { try base.startCommit(as: key, if: .always) }
    }
}
