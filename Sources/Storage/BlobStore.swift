public import Files
public import Model

/// Where blobs are kept: the narrow waist between what Perigee stores and where.
///
/// Requirements are the fewest verbs a store can do with; every comfort is an extension. All of them block, may be called
/// from any thread at once, and throw ``Model/PerigeeError``. A new store is done when the conformance suite passes.
public protocol BlobStore: Sendable {
    /// What to call the store in messages: a path or a URL, without secrets.
    var name: String { get }

    /// Stores the concatenation of `parts` under `key`.
    ///
    /// Atomic: readers see the old blob or the whole new one, never a part. Durable when it returns: a crash of the
    /// machine does not undo it. Of several writers with ``PutCondition/absent`` or ``PutCondition/matches(_:)`` exactly
    /// one succeeds.
    ///
    /// - Throws: `conflict` where the condition does not hold; the store is then unchanged.
    /// - Returns: the version that a later ``PutCondition/matches(_:)`` names.
    @discardableResult
    func put(_ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition) throws -> BlobVersion

    /// Puts small blobs one after the other, each with the promises of ``put(_:_:if:)``, and only once all before it are there.
    ///
    /// For stores that are far away: the default waits for each, others send all before the first answer comes.
    ///
    /// - Throws: what the first that failed did; those before it are there, those after it are not.
    /// - Returns: the version of each.
    @discardableResult
    func putInTurn(_ blobs: [BlobPut]) throws -> [BlobVersion]

    /// Reads from `offset` on into `buffer`; the count is short only where the blob ends.
    ///
    /// All the bytes that one call gives are of one state of the blob.
    ///
    /// - Throws: `notFound` where there is no such blob.
    func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int

    /// Size and version; nil where there is no such blob.
    func info(_ key: BlobKey) throws -> BlobInfo?

    /// The blobs whose keys begin with `prefix` and come after `cursor`, in the order of the keys' bytes, at most `limit`.
    ///
    /// A blob that is there during the whole walk is listed; one that comes or goes meanwhile may or may not be.
    func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo]

    /// Removes the blob; no error where there is none. Durable when it returns.
    func delete(_ key: BlobKey) throws

    /// Begins a blob whose key is known only when all its bytes are, such as a pack.
    ///
    /// The default keeps the bytes in memory and puts them at ``BlobStaging/commit(as:if:)``.
    func stage() throws -> any BlobStaging

    /// All bytes of one state of a blob, and nothing of one that is longer than `limit`.
    ///
    /// The default asks for the size first; a store that needs one request instead says so.
    ///
    /// - Throws: `notFound` where there is no such blob, `limit` where it is longer.
    func get(_ key: BlobKey, limit: ByteCount) throws -> [UInt8]

    /// All bytes of one state of a blob, with the version to name when it is changed; nil where there is no such blob.
    ///
    /// - Throws: `limit` where it is longer than `limit`.
    func fetch(_ key: BlobKey, limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)?

    /// Answers several questions, in the order in which they are asked, each with what was true after the one before.
    ///
    /// For stores that are far away: the default asks one after the other, others send all before the first answer comes.
    /// What fails of them is among the answers.
    func replies(to questions: [BlobQuestion]) throws -> [BlobReply]

    /// Begins a ``read(_:at:into:)`` of as much as `buffer` holds, which may go on by itself.
    ///
    /// Nobody touches the buffer before ``BlobReading/finish()`` has returned. The default reads when somebody waits.
    func startRead(_ key: BlobKey, at offset: UInt64, into buffer: IOBuffer) throws -> any BlobReading

    /// Begins to read several parts, each in full, which may go on by itself.
    ///
    /// Nobody touches their buffers before ``BlobReading/finish()`` has returned; whoever gets fewer bytes than were asked for
    /// knows that a blob is shorter. For stores that are far away: the default reads one after the other when somebody waits.
    func startReads(_ parts: [BlobPart]) throws -> any BlobReading

    /// Makes a blob by `recipe` of others that are there, so that its bytes need not be sent; with the promises of
    /// ``put(_:_:if:)``.
    ///
    /// - Parameter key: the name that it must come to have; only asked for by stores that make blobs.
    /// - Returns: its version; nil where the store does not make such blobs, or this one would be another: it is to be put
    ///   then. The default makes none.
    func make(
        by recipe: BlobRecipe, if condition: PutCondition, as key: () throws -> BlobKey
    ) throws -> BlobVersion?

    /// The blob as a file on this machine that may be mapped, where the store has such; nil otherwise (the default).
    func localPath(of key: BlobKey) -> String?
}

/// A blob in the making.
///
/// For one thread. Dropped without a commit it leaves nothing that a listing shows.
public protocol BlobStaging: AnyObject {
    /// Appends bytes.
    func append(_ bytes: UnsafeRawBufferPointer) throws

    /// Stores what was appended under `key`, with the promises of ``BlobStore/put(_:_:if:)``; the staging is then spent.
    @discardableResult
    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion

    /// Begins a commit that may go on by itself while the caller does something else; the staging is then spent.
    ///
    /// Nothing is promised before ``BlobCommit/finish()`` has returned. The default commits at once.
    func startCommit(as key: BlobKey, if condition: PutCondition) throws -> any BlobCommit
}

/// A commit that was begun.
///
/// For one thread. Dropped without being finished, it may or may not come about.
public protocol BlobCommit: AnyObject {
    /// Waits for the end, with the promises of ``BlobStaging/commit(as:if:)``.
    func finish() throws -> BlobVersion
}
