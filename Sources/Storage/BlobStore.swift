public import Hashing
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

    /// Reads from `offset` on into `buffer`; the count is short only where the blob ends.
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

    /// The blob as a file on this machine that may be mapped, where the store has such; nil otherwise (the default).
    func localPath(of key: BlobKey) -> String?
}

/// A blob in the making. For one thread. Dropped without a commit it leaves nothing that a listing shows.
public protocol BlobStaging: AnyObject {
    /// Appends bytes.
    func append(_ bytes: UnsafeRawBufferPointer) throws

    /// Stores what was appended under `key`, with the promises of ``BlobStore/put(_:_:if:)``; the staging is then spent.
    @discardableResult
    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion
}

/// When a put may happen.
public enum PutCondition: Hashable, Sendable {
    /// Always; replaces what is there.
    case always
    /// Only where nothing is there.
    case absent
    /// Only where the blob is there in just this version.
    case matches(BlobVersion)
}

/// One state of a blob: equal versions mean equal bytes. Opaque; only the store that gave it can read it.
public struct BlobVersion: Hashable, Sendable {
    /// The store's own words.
    public let token: String

    /// A version as the store writes it.
    public init(_ token: String) { self.token = token }
}

/// What a store says of a blob without reading it.
public struct BlobInfo: Hashable, Sendable {
    /// Its name.
    public var key: BlobKey
    /// Its length.
    public var size: ByteCount
    /// Its version where asking costs nothing more; nil in listings of stores that must read for it.
    public var version: BlobVersion?
    /// When it was stored, by the store's clock.
    public var modified: Timestamp

    /// Info.
    public init(key: BlobKey, size: ByteCount, version: BlobVersion?, modified: Timestamp) {
        self.key = key
        self.size = size
        self.version = version
        self.modified = modified
    }
}

/// A blob's name: parts of lower-case letters, digits, `-`, `_` and `.`, joined by `/`; fit for folders and object stores.
public struct BlobKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The most bytes that a key may have.
    public static let lengthMax = 255

    /// The name.
    public let text: String

    /// A key; nil where `text` is empty, longer than ``lengthMax``, or has a part that is empty or begins with a dot.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.lengthMax else { return nil }
        for part in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let first = part.first, first != UInt8(ascii: ".") else { return nil }
            let allowed = part.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x5f || $0 == 0x2e
            }
            guard allowed else { return nil }
        }
        self.text = text
    }

    /// The key `folder/ab/abcd...` of a blob that is named by its digest.
    public init(_ folder: StaticString, _ digest: Digest) {
        let hex = digest.hex
        text = "\(folder)/\(hex.prefix(2))/\(hex)"
    }

    /// Orders as the bytes do.
    public static func < (a: BlobKey, b: BlobKey) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

    /// The name.
    public var description: String { text }
}
