internal import Files
internal import Model
internal import Storage

/// The store of the first vault of a fan-out: what is put there goes to the others too, where it is a pack.
///
/// A pack is kept in a temporary file until all have it: some 33 MiB for each thread that writes, and for those that wait.
final class FanOutStore: MeteringStore {
    private let base: any MeteringStore
    private let fanOut: FanOut

    /// What the store behind it is called.
    var name: String { base.name }

    /// What the store behind it counted.
    var meter: StoreMeter { base.meter }

    init(_ base: any MeteringStore, _ fanOut: FanOut) {
        self.base = base
        self.fanOut = fanOut
    }

    @discardableResult
    func put(_ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition) throws -> BlobVersion {
        try base.put(key, parts, if: condition)
    }

    func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try base.read(key, at: offset, into: buffer)
    }

    func replies(to questions: [BlobQuestion]) throws -> [BlobReply] { try base.replies(to: questions) }

    func info(_ key: BlobKey) throws -> BlobInfo? { try base.info(key) }

    func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try base.list(prefix, after: cursor, limit: limit)
    }

    func delete(_ key: BlobKey) throws { try base.delete(key) }

    func get(_ key: BlobKey, limit: ByteCount) throws -> [UInt8] { try base.get(key, limit: limit) }

    func fetch(_ key: BlobKey, limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)? {
        try base.fetch(key, limit: limit)
    }

    func startRead(_ key: BlobKey, at offset: UInt64, into buffer: IOBuffer) throws -> any BlobReading {
        try base.startRead(key, at: offset, into: buffer)
    }

    func startReads(_ parts: [BlobPart]) throws -> any BlobReading { try base.startReads(parts) }

    func stage() throws -> any BlobStaging { FanOutStaging(base: try base.stage(), fanOut: fanOut) }

    func localPath(of key: BlobKey) -> String? { base.localPath(of: key) }
}

/// A pack in the making whose bytes are kept for the others.
private final class FanOutStaging: BlobStaging {
    private let base: any BlobStaging
    private let fanOut: FanOut
    private var file: TemporaryFile?
    private var size: UInt64 = 0

    init(base: any BlobStaging, fanOut: FanOut) {
        self.base = base
        self.fanOut = fanOut
        file = try? TemporaryFile.unnamed(in: nil)
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try base.append(bytes)
        // Where there is no room for them here, the others get them by the sync that follows.
        do { try file?.write(bytes, at: size) } catch { file = nil }
        size += UInt64(bytes.count)
    }

    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        handOn(key)
        return try base.commit(as: key, if: condition)
    }

    func startCommit(as key: BlobKey, if condition: PutCondition) throws -> any BlobCommit {
        handOn(key)
        return try base.startCommit(as: key, if: condition)
    }

    private func handOn(_ key: BlobKey) {
        fanOut.take(key, file, size)
        file = nil
    }
}
