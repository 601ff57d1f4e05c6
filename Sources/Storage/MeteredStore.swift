public import Files
public import Model
internal import Synchronization

/// A store that counts requests and bytes.
///
/// A blob that is mapped by its path is not counted: no request is made for it.
public final class MeteredStore: MeteringStore {
    private let base: any BlobStore
    private let counts = Mutex(StoreMeter())

    /// What the store behind it is called.
    public var name: String { base.name }

    /// What was counted so far.
    public var meter: StoreMeter { counts.withLock { $0 } }

    /// Counts what is asked of `base`.
    public init(_ base: any BlobStore) { self.base = base }

    /// Counts a put, and its bytes where it succeeds.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion {
        try countPut(parts.reduce(0) { $0 + $1.count }) { try base.put(key, parts, if: condition) }
    }

    /// Counts each as a put, and their bytes where all succeed.
    @discardableResult
    public func putInTurn(_ blobs: [BlobPut]) throws -> [BlobVersion] {
        counts.withLock { $0.puts += UInt64(blobs.count) }
        let versions = try base.putInTurn(blobs)
        counts.withLock { $0.written += ByteCount(blobs.reduce(0) { $0 + $1.bytes.count }) }
        return versions
    }

    /// Counts a read, and the bytes that it gave.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        counts.withLock { $0.reads += 1 }
        let count = try base.read(key, at: offset, into: buffer)
        counts.withLock { $0.read += ByteCount(count) }
        return count
    }

    /// Counts a read, and the bytes that it gave, however many requests the store behind it needs.
    public func get(_ key: BlobKey, limit: ByteCount) throws -> [UInt8] {
        counts.withLock { $0.reads += 1 }
        let bytes = try base.get(key, limit: limit)
        counts.withLock { $0.read += ByteCount(bytes.count) }
        return bytes
    }

    /// Counts a read, likewise.
    public func fetch(_ key: BlobKey, limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)? {
        counts.withLock { $0.reads += 1 }
        let found = try base.fetch(key, limit: limit)
        counts.withLock { $0.read += ByteCount(found?.bytes.count ?? 0) }
        return found
    }

    /// Counts each question, and the bytes that were read.
    public func replies(to questions: [BlobQuestion]) throws -> [BlobReply] {
        counts.withLock { meter in
            for question in questions { if case .list = question { meter.lists += 1 } else { meter.reads += 1 } }
        }
        let replies = try base.replies(to: questions)
        counts.withLock { meter in
            for case .blob(let bytes, _) in replies { meter.read += ByteCount(bytes.count) }
        }
        return replies
    }

    /// Counts a read, and the bytes that it gives.
    public func startRead(_ key: BlobKey, at offset: UInt64, into buffer: IOBuffer) throws -> any BlobReading {
        counts.withLock { $0.reads += 1 }
        return MeteredReading(store: self, base: try base.startRead(key, at: offset, into: buffer))
    }

    /// Counts each as a read, and the bytes that they give.
    public func startReads(_ parts: [BlobPart]) throws -> any BlobReading {
        counts.withLock { $0.reads += UInt64(parts.count) }
        return MeteredReading(store: self, base: try base.startReads(parts))
    }

    fileprivate func countRead(_ count: Int) { counts.withLock { $0.read += ByteCount(count) } }

    /// Counts a question.
    public func info(_ key: BlobKey) throws -> BlobInfo? {
        counts.withLock { $0.infos += 1 }
        return try base.info(key)
    }

    /// Counts a page.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        counts.withLock { $0.lists += 1 }
        return try base.list(prefix, after: cursor, limit: limit)
    }

    /// Counts a deletion.
    public func delete(_ key: BlobKey) throws {
        counts.withLock { $0.deletes += 1 }
        try base.delete(key)
    }

    /// Counts a put, where it comes about.
    public func make(
        by recipe: BlobRecipe, if condition: PutCondition, as key: () throws -> BlobKey
    ) throws -> BlobVersion? {
        let version = try base.make(by: recipe, if: condition, as: key)
        if version != nil { countPut() }
        return version
    }

    /// Counts the bytes at the commit.
    public func stage() throws -> any BlobStaging { MeteredStaging(store: self, base: try base.stage()) }

    /// The file that the store behind it has.
    public func localPath(of key: BlobKey) -> String? { base.localPath(of: key) }

    fileprivate func countPut(_ size: Int, _ put: () throws -> BlobVersion) throws -> BlobVersion {
        countPut()
        return try countWritten(size, put)
    }

    fileprivate func countPut() { counts.withLock { $0.puts += 1 } }

    fileprivate func countWritten(_ size: Int, _ put: () throws -> BlobVersion) throws -> BlobVersion {
        let version = try put()
        counts.withLock { $0.written += ByteCount(size) }
        return version
    }
}

/// A blob in the making that is counted when it is committed.
private final class MeteredStaging: BlobStaging {
    private let store: MeteredStore
    private let base: any BlobStaging
    private var size = 0

    init(store: MeteredStore, base: any BlobStaging) {
        self.store = store
        self.base = base
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try base.append(bytes)
        size += bytes.count
    }

    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        try store.countPut(size) { try base.commit(as: key, if: condition) }
    }

    func startCommit(as key: BlobKey, if condition: PutCondition) throws -> any BlobCommit {
        store.countPut()
        return MeteredCommit(store: store, base: try base.startCommit(as: key, if: condition), size: size)
    }
}

/// A read on its way, whose bytes are counted when they have come.
private final class MeteredReading: BlobReading {
    private let store: MeteredStore
    private let base: any BlobReading

    init(store: MeteredStore, base: any BlobReading) {
        self.store = store
        self.base = base
    }

    func finish() throws -> (count: Int, size: UInt64?) {
        let found = try base.finish()
        store.countRead(found.count)
        return found
    }
}

/// A commit on its way, whose bytes are counted when it has come about.
private final class MeteredCommit: BlobCommit {
    private let store: MeteredStore
    private let base: any BlobCommit
    private let size: Int

    init(store: MeteredStore, base: any BlobCommit, size: Int) {
        self.store = store
        self.base = base
        self.size = size
    }

    func finish() throws -> BlobVersion { try store.countWritten(size) { try base.finish() } }
}
