public import Model

/// A store whose requests are made again where they fail and trying again can help.
///
/// Only errors that say so (``Model/PerigeeError/canRetry``) are tried again; a conflict never is. Should a conditional
/// put fail although it went through, its repetition finds a conflict with itself: that is told from a true one by the
/// bytes, so that two writers who put the same bytes may both hear that they succeeded.
public final class RetryingStore: BlobStore {
    private let base: any BlobStore
    private let policy: RetryPolicy
    private let clock: any StoreClock
    private let jitter: @Sendable () -> Double

    /// What the store behind it is called.
    public var name: String { base.name }

    /// Makes the requests of `base` again as `policy` says; `jitter` gives numbers from 0 to 1.
    public init(
        _ base: any BlobStore, policy: RetryPolicy = RetryPolicy(), clock: any StoreClock = SystemStoreClock(),
        jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        self.base = base
        self.policy = policy
        self.clock = clock
        self.jitter = jitter
    }

    /// Puts, again if need be.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion { try put(key, parts, if: condition, isRepeated: false) }

    /// Puts all together; one after the other, each again if need be, where that fails.
    @discardableResult
    public func putInTurn(_ blobs: [BlobPut]) throws -> [BlobVersion] {
        do {
            return try base.putInTurn(blobs)
        } catch let error as PerigeeError where error.canRetry && error.code != .conflict {
            // Some of them may be there.
            return try blobs.map { blob in
                try blob.bytes.withUnsafeBytes { try put(blob.key, [$0], if: blob.condition, isRepeated: true) }
            }
        }
    }

    /// Puts, again if need be; with `isRepeated` an attempt of before may have gone through.
    private func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition, isRepeated: Bool
    ) throws -> BlobVersion {
        try attempt { failures in
            do {
                return try base.put(key, parts, if: condition)
            } catch let error as PerigeeError
                where error.code == .conflict && (isRepeated || failures > 0) && condition != .always
            {
                guard let version = try versionIfSame(key, parts) else { throw error }
                return version
            }
        }
    }

    /// Reads, again from the beginning of the range if need be.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try attempt { _ in try base.read(key, at: offset, into: buffer) }
    }

    /// Reads, again from the beginning if need be.
    public func get(_ key: BlobKey, limit: ByteCount) throws -> [UInt8] {
        try attempt { _ in try base.get(key, limit: limit) }
    }

    /// Reads, again from the beginning if need be.
    public func fetch(_ key: BlobKey, limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)? {
        try attempt { _ in try base.fetch(key, limit: limit) }
    }

    /// Asks all anew where one of them can be asked again.
    public func replies(to questions: [BlobQuestion]) throws -> [BlobReply] {
        var last: [BlobReply] = []
        do {
            return try attempt { _ in
                last = []
                last = try base.replies(to: questions)
                for reply in last { if let error = reply.canRetry { throw error } }
                return last
            }
        } catch {
            // The others were answered all the same.
            guard last.count == questions.count else { throw error }
            return last
        }
    }

    /// Asks, again if need be.
    public func info(_ key: BlobKey) throws -> BlobInfo? { try attempt { _ in try base.info(key) } }

    /// Lists, again if need be.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try attempt { _ in try base.list(prefix, after: cursor, limit: limit) }
    }

    /// Deletes, again if need be.
    public func delete(_ key: BlobKey) throws { try attempt { _ in try base.delete(key) } }

    /// Makes it, again if need be.
    public func make(
        by recipe: BlobRecipe, if condition: PutCondition, as key: () throws -> BlobKey
    ) throws -> BlobVersion? {
        try attempt { _ in try base.make(by: recipe, if: condition, as: key) }
    }

    /// Keeps the bytes in memory until the commit, so that they can be put again.
    public func stage() throws -> any BlobStaging { BufferedStaging(self) }

    /// The file that the store behind it has.
    public func localPath(of key: BlobKey) -> String? { base.localPath(of: key) }

    private func attempt<Result>(_ request: (_ failures: Int) throws -> Result) throws -> Result {
        var failures = 0
        while true {
            do {
                return try request(failures)
            } catch let error as PerigeeError where error.canRetry && error.code != .conflict {
                failures += 1
                guard failures < policy.attemptsMax else { throw error }
                clock.sleep(policy.pause(after: failures, jitter: jitter()))
            }
        }
    }

    /// The version of the blob if its bytes are those of `parts`.
    private func versionIfSame(_ key: BlobKey, _ parts: [UnsafeRawBufferPointer]) throws -> BlobVersion? {
        let size = parts.reduce(0) { $0 + $1.count }
        guard let before = try base.info(key), before.size == ByteCount(size) else { return nil }
        let window = UnsafeMutableRawBufferPointer.allocate(byteCount: min(max(size, 1), 1 << 20), alignment: 64)
        defer { window.deallocate() }
        var offset: UInt64 = 0
        for part in parts {
            var rest = part[...]
            while !rest.isEmpty {
                let wanted = UnsafeMutableRawBufferPointer(rebasing: window[..<min(window.count, rest.count)])
                guard try base.read(key, at: offset, into: wanted) == wanted.count,
                    wanted.elementsEqual(rest.prefix(wanted.count))
                else { return nil }
                offset += UInt64(wanted.count)
                rest = rest.dropFirst(wanted.count)
            }
        }
        return try base.info(key).flatMap { $0.version == before.version ? $0.version : nil }
    }
}
