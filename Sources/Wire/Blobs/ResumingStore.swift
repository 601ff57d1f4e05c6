public import Files
public import Model
public import Storage

/// A store at another site whose requests go on after the connection was lost: it is made anew, after pauses.
///
/// A blob in the making is kept in a file without a name as well, so that it can be sent again from the beginning. Where a
/// commit went through and only its answer was lost, the repetition finds the same bytes, and that counts as done.
public final class ResumingStore: BlobStore {
    private let remote: any BlobStore
    private let retrying: RetryingStore
    private let policy: RetryPolicy
    private let clock: any StoreClock

    /// Pauses of half a second to half a minute, ten attempts: a link may be away for two minutes.
    public static let usualPolicy = RetryPolicy(attemptsMax: 10, firstPause: .milliseconds(500), pauseMax: .seconds(30))

    /// What the store is called.
    public var name: String { remote.name }

    /// Goes on with the requests of `remote` as `policy` says.
    public init(
        _ remote: any BlobStore, policy: RetryPolicy = ResumingStore.usualPolicy,
        clock: any StoreClock = SystemStoreClock()
    ) {
        self.remote = remote
        self.policy = policy
        self.clock = clock
        retrying = RetryingStore(remote, policy: policy, clock: clock)
    }

    /// Puts, again if need be.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion { try retrying.put(key, parts, if: condition) }

    /// Puts, again if need be.
    @discardableResult
    public func putInTurn(_ blobs: [BlobPut]) throws -> [BlobVersion] { try retrying.putInTurn(blobs) }

    /// Reads, again if need be.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try retrying.read(key, at: offset, into: buffer)
    }

    /// Reads, again if need be.
    public func get(_ key: BlobKey, limit: ByteCount) throws -> [UInt8] { try retrying.get(key, limit: limit) }

    /// Reads, again if need be.
    public func fetch(_ key: BlobKey, limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)? {
        try retrying.fetch(key, limit: limit)
    }

    /// Begins a read; reads anew where that fails.
    public func startRead(_ key: BlobKey, at offset: UInt64, into buffer: IOBuffer) throws -> any BlobReading {
        ResumingReading({ try self.remote.startRead(key, at: offset, into: buffer) }) {
            (try self.retrying.read(key, at: offset, into: buffer.bytes), nil)
        }
    }

    /// Begins reads; reads all anew where one of them fails.
    public func startReads(_ parts: [BlobPart]) throws -> any BlobReading {
        ResumingReading({ try self.remote.startReads(parts) }) { try self.retrying.readsWhenWaited(parts).finish() }
    }

    /// Asks, again if need be.
    public func replies(to questions: [BlobQuestion]) throws -> [BlobReply] { try retrying.replies(to: questions) }

    /// Asks, again if need be.
    public func info(_ key: BlobKey) throws -> BlobInfo? { try retrying.info(key) }

    /// Lists, again if need be.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try retrying.list(prefix, after: cursor, limit: limit)
    }

    /// Deletes, again if need be.
    public func delete(_ key: BlobKey) throws { try retrying.delete(key) }

    /// Makes it, again if need be.
    public func make(
        by recipe: BlobRecipe, if condition: PutCondition, as key: () throws -> BlobKey
    ) throws -> BlobVersion? {
        try retrying.make(by: recipe, if: condition, as: key)
    }

    /// Begins a blob that is sent as it is made, and can be sent again.
    public func stage() throws -> any BlobStaging {
        ResumingStaging(remote, retrying, try TemporaryFile.unnamed(in: nil), policy, clock)
    }
}

/// A read on its way that is made anew where it fails.
private final class ResumingReading: BlobReading {
    private let begun: (any BlobReading)?
    private let again: () throws -> (count: Int, size: UInt64?)

    init(_ begin: () throws -> any BlobReading, again: @escaping () throws -> (count: Int, size: UInt64?)) {
        begun = try? begin()
        self.again = again
    }

    func finish() throws -> (count: Int, size: UInt64?) {
        guard let begun else { return try again() }
        do {
            return try begun.finish()
        } catch let error as PerigeeError where error.canRetry {
            return try again()
        }
    }
}
