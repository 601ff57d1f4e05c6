public import Files
public import Model

/// A store that tells how many bytes are about to be written, batch by batch, before they are.
///
/// Whoever is told may count them, or wait. Reads are not told of.
public final class GaugedStore: BlobStore {
    private let base: any BlobStore
    private let gauge: @Sendable (Int) -> Void

    /// What the store behind it is called.
    public var name: String { base.name }

    /// Tells `gauge` of the bytes that go to `base`; from the thread that writes them.
    public init(_ base: any BlobStore, gauge: @escaping @Sendable (_ bytes: Int) -> Void) {
        self.base = base
        self.gauge = gauge
    }

    /// Tells, then puts.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion {
        gauge(parts.reduce(0) { $0 + $1.count })
        return try base.put(key, parts, if: condition)
    }

    /// Tells of all, then puts them.
    @discardableResult
    public func putInTurn(_ blobs: [BlobPut]) throws -> [BlobVersion] {
        gauge(blobs.reduce(0) { $0 + $1.bytes.count })
        return try base.putInTurn(blobs)
    }

    /// Reads.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try base.read(key, at: offset, into: buffer)
    }

    /// Reads.
    public func get(_ key: BlobKey, limit: ByteCount) throws -> [UInt8] { try base.get(key, limit: limit) }

    /// Reads.
    public func fetch(_ key: BlobKey, limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)? {
        try base.fetch(key, limit: limit)
    }

    /// Begins a read of the store behind it.
    public func startRead(_ key: BlobKey, at offset: UInt64, into buffer: IOBuffer) throws -> any BlobReading {
        try base.startRead(key, at: offset, into: buffer)
    }

    /// Begins reads of the store behind it.
    public func startReads(_ parts: [BlobPart]) throws -> any BlobReading { try base.startReads(parts) }

    /// Asks the store behind it.
    public func replies(to questions: [BlobQuestion]) throws -> [BlobReply] { try base.replies(to: questions) }

    /// Asks the store behind it.
    public func info(_ key: BlobKey) throws -> BlobInfo? { try base.info(key) }

    /// Asks the store behind it.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try base.list(prefix, after: cursor, limit: limit)
    }

    /// Deletes.
    public func delete(_ key: BlobKey) throws { try base.delete(key) }

    /// Has the store behind it do it: nothing of it is appended here.
    public func make(
        by recipe: BlobRecipe, if condition: PutCondition, as key: () throws -> BlobKey
    ) throws -> BlobVersion? {
        try base.make(by: recipe, if: condition, as: key)
    }

    /// Tells at each append.
    public func stage() throws -> any BlobStaging { GaugedStaging(base: try base.stage(), gauge: gauge) }

    /// The file that the store behind it has.
    public func localPath(of key: BlobKey) -> String? { base.localPath(of: key) }
}

/// A blob in the making whose bytes are told of as they come.
private final class GaugedStaging: BlobStaging {
    private let base: any BlobStaging
    private let gauge: @Sendable (Int) -> Void

    init(base: any BlobStaging, gauge: @escaping @Sendable (Int) -> Void) {
        self.base = base
        self.gauge = gauge
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        gauge(bytes.count)
        try base.append(bytes)
    }

    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        try base.commit(as: key, if: condition)
    }

    func startCommit(as key: BlobKey, if condition: PutCondition) throws -> any BlobCommit {
        try base.startCommit(as: key, if: condition)
    }
}
