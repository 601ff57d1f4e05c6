public import Files
internal import Hashing
public import Model
public import Storage
internal import Synchronization

/// Blobs in a bucket of an S3-compatible object store, below a prefix.
///
/// A blob is an object; its version is the object's ETag. Requests are sent again where that can help, so that no
/// ``Storage/RetryingStore`` is needed around it. Conditions are as good as the server's word: what it honours is found
/// out by ``S3Probe`` and given to the store as ``S3Capabilities``.
///
/// Costs, in requests: one a put, read, question, deletion and thousand blobs listed; for blobs above
/// ``wholeMax`` two, and one for each part.
public final class S3Store: MeteringStore {
    /// Larger blobs are put in parts.
    public static let wholeMax = 64 << 20
    /// The least size of a part, but for the last one.
    public static let partBytes = 16 << 20
    /// The most parts that an upload may have.
    static let partsMax = 10_000
    /// Longer reads are made of several ranges at once.
    static let rangeMax = 8 << 20
    /// How many parts or ranges of one blob are on their way at once.
    static let partsInFlightMax = 6
    /// The most blobs that one request lists.
    static let listMax = 1000
    /// The most bytes of such a list.
    package static let listBytesMax = 8 << 20

    /// How the bucket is reached.
    public let settings: S3Settings
    /// What the server honours.
    public let capabilities: S3Capabilities
    let client: S3Client
    private let hasSwept = Mutex(false)

    /// `s3://bucket/prefix`.
    public var name: String { settings.name }

    /// What was sent so far, every attempt counted.
    public var meter: StoreMeter { client.meter }

    /// The store behind `settings`, of which `capabilities` are known; sends nothing.
    public init(_ settings: S3Settings, _ capabilities: S3Capabilities, doors: S3Doors = S3Doors()) throws(PerigeeError)
    {
        self.settings = settings
        self.capabilities = capabilities
        client = try S3Client(settings, doors)
    }

    /// The same store, of which something else is known; what it was asked for counts for both.
    public init(_ other: S3Store, _ capabilities: S3Capabilities) {
        settings = other.settings
        client = other.client
        self.capabilities = capabilities
    }

    /// Puts the object in one request, or in parts where it is large.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion {
        try S3Upload(self, key, MemorySource(parts), condition).run()
    }

    /// Reads the range in one request, or in several at once where it is long.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !buffer.isEmpty else {
            guard try info(key) != nil else { throw missing(key) }
            return 0
        }
        return try S3Download(self, key).read(at: offset, into: buffer)
    }

    /// Begins a request for the range.
    public func startRead(_ key: BlobKey, at offset: UInt64, into buffer: IOBuffer) throws -> any BlobReading {
        try S3Reading(S3Download(self, key), at: offset, into: buffer)
    }

    /// Begins requests for the first parts; each that ends lets another one begin.
    public func startReads(_ parts: [BlobPart]) throws -> any BlobReading {
        try S3Readings(parts) { try self.startRead($0.key, at: $0.offset, into: $0.buffer) }
    }

    /// All of a small blob, in one request.
    public func get(_ key: BlobKey, limit: ByteCount) throws -> [UInt8] {
        guard let (bytes, _) = try fetch(key, limit: limit) else { throw missing(key) }
        return bytes
    }

    /// All of a small blob and its ETag, in one request.
    public func fetch(_ key: BlobKey, limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)? {
        try S3Download(self, key).whole(limit: limit)
    }

    /// Asks with a HEAD request.
    public func info(_ key: BlobKey) throws -> BlobInfo? {
        do {
            let response = try client.send(S3Request(method: .head, path: path(key)))
            return try describe(key, response)
        } catch let failure as S3Failure where failure.status == 404 {
            return nil
        } catch let failure as S3Failure {
            throw error(failure, key)
        }
    }

    /// Lists in pages of a thousand.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try S3Listing(self).list(prefix, after: cursor, limit: limit)
    }

    /// Deletes the object.
    public func delete(_ key: BlobKey) throws {
        do {
            _ = try client.send(S3Request(method: .delete, path: path(key)))
        } catch let failure as S3Failure where failure.isAbsence {
            // Gone already.
        } catch let failure as S3Failure {
            throw error(failure, key)
        }
    }

    /// Keeps the bytes in memory, then in a file without a name, until they are committed.
    public func stage() throws -> any BlobStaging { S3Staging(self) }
}

// What all verbs need.
extension S3Store {
    /// Takes away what killed writers left of large blobs; once.
    func abortStaleUploads() {
        let isFirst = hasSwept.withLock { hasSwept in
            defer { hasSwept = true }
            return !hasSwept
        }
        if isFirst { S3StaleUploads(self).abort() }
    }

    /// The object's name.
    func objectName(_ key: String) -> String { settings.prefix.isEmpty ? key : "\(settings.prefix)/\(key)" }

    /// The object's path behind the bucket, encoded.
    func path(_ key: BlobKey) -> String { "/" + PercentEncoding.path(objectName(key.text)) }

    /// The error that users see.
    func error(_ failure: S3Failure, _ key: BlobKey) -> PerigeeError { failure.error(at: "\(name)/\(key)", settings) }

    /// The error for a blob that is not there.
    func missing(_ key: BlobKey) -> PerigeeError {
        PerigeeError(.notFound, "there is no such blob", at: "\(name)/\(key)")
    }

    /// What a HEAD says.
    private func describe(_ key: BlobKey, _ response: S3Response) throws -> BlobInfo {
        guard let size = response.headers["content-length"].flatMap({ UInt64($0) }), let version = response.version
        else {
            throw PerigeeError(
                .io, "the object store says neither size nor ETag of a blob", at: "\(name)/\(key)",
                remedy: "perigee doctor \(name) says what it can")
        }
        let modified = response.headers["last-modified"].flatMap { HTTPDate.parse($0) }
        return BlobInfo(
            key: key, size: ByteCount(size), version: version, modified: modified ?? Timestamp(seconds: 0))
    }
}

extension S3Response {
    /// The object's version; nil where the server gives none.
    var version: BlobVersion? { headers["etag"].flatMap { BlobVersion(etag: $0) } }
}

extension BlobVersion {
    /// The version that an ETag is, without its quotes; nil where it is empty.
    init?(etag: String) {
        var text = etag[...]
        if text.hasPrefix("W/") { text.removeFirst(2) }
        if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x22 }) else { return nil }
        self.init(String(text))
    }
}
