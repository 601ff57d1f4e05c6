internal import Model

/// A store whose bytes pass token buckets, one for what is written and one for what is read.
///
/// Requests without bytes pass freely. The bucket may be shared with other stores, and its rate changed at any time.
public final class ThrottledStore: BlobStore {
    private let base: any BlobStore
    private let writing: TokenBucket
    private let reading: TokenBucket

    /// What the store behind it is called.
    public var name: String { base.name }

    /// Lets the bytes of `base` pass as the buckets allow; the two may be one.
    public init(_ base: any BlobStore, writing: TokenBucket, reading: TokenBucket) {
        self.base = base
        self.writing = writing
        self.reading = reading
    }

    /// Waits for the bytes' turn, then puts.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion {
        writing.take(parts.reduce(0) { $0 + $1.count })
        return try base.put(key, parts, if: condition)
    }

    /// Reads, then waits until as many bytes may have passed.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try base.read(key, at: offset, into: buffer)
        reading.take(count)
        return count
    }

    /// Passes freely.
    public func info(_ key: BlobKey) throws -> BlobInfo? { try base.info(key) }

    /// Passes freely.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try base.list(prefix, after: cursor, limit: limit)
    }

    /// Passes freely.
    public func delete(_ key: BlobKey) throws { try base.delete(key) }

    /// Waits at each append.
    public func stage() throws -> any BlobStaging { ThrottledStaging(base: try base.stage(), bucket: writing) }

    /// None: bytes read through a mapping would not pass the bucket.
    public func localPath(of key: BlobKey) -> String? { nil }
}

/// A blob in the making whose bytes pass a bucket.
private final class ThrottledStaging: BlobStaging {
    private let base: any BlobStaging
    private let bucket: TokenBucket

    init(base: any BlobStaging, bucket: TokenBucket) {
        self.base = base
        self.bucket = bucket
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        bucket.take(bytes.count)
        try base.append(bytes)
    }

    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        try base.commit(as: key, if: condition)
    }

    func startCommit(as key: BlobKey, if condition: PutCondition) throws -> any BlobCommit {
        try base.startCommit(as: key, if: condition)
    }
}
