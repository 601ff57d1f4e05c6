internal import Files
internal import Model
internal import Storage

/// A blob in the making that is sent as it is made, and once more from a copy where that failed.
final class ResumingStaging: BlobStaging {
    private let remote: any BlobStore
    private let retrying: RetryingStore
    private let copy: TemporaryFile
    private let policy: RetryPolicy
    private let clock: any StoreClock
    // What the bytes go to as they come; nil once that has failed.
    private var live: (any BlobStaging)?
    private var size: UInt64 = 0
    private var isSpent = false

    init(
        _ remote: any BlobStore, _ retrying: RetryingStore, _ copy: TemporaryFile, _ policy: RetryPolicy,
        _ clock: any StoreClock
    ) {
        self.remote = remote
        self.retrying = retrying
        self.copy = copy
        self.policy = policy
        self.clock = clock
        live = try? remote.stage()
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try checkUse()
        try copy.write(bytes, at: size)
        size += UInt64(bytes.count)
        try sendOn { try $0.append(bytes) }
    }

    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        try startCommit(as: key, if: condition).finish()
    }

    func startCommit(as key: BlobKey, if condition: PutCondition) throws -> any BlobCommit {
        try checkUse()
        isSpent = true
        var begun: (any BlobCommit)?
        var failures = 0
        if let live {
            do {
                begun = try live.startCommit(as: key, if: condition)
            } catch let error as PerigeeError where error.canRetry && error.code != .conflict {
                // It may have come about all the same.
                failures = 1
            }
        }
        live = nil
        return ResumingCommit { [begun, failures] in try self.finish(begun, failures, key, condition) }
    }

    /// Waits for a commit that was begun; sends all again where that failed.
    private func finish(
        _ first: (any BlobCommit)?, _ failuresBefore: Int, _ key: BlobKey, _ condition: PutCondition
    ) throws -> BlobVersion {
        var (begun, failures) = (first, failuresBefore)
        while true {
            do {
                if let begun { return try begun.finish() }
                return try sendAgain().commit(as: key, if: condition)
            } catch let error as PerigeeError where error.code == .conflict && failures > 0 && condition != .always {
                guard let version = try versionIfSame(key) else { throw error }
                return version
            } catch let error as PerigeeError where error.canRetry && error.code != .conflict {
                begun = nil
                failures += 1
                guard failures < policy.attemptsMax else { throw error }
                clock.sleep(policy.pause(after: failures, jitter: .random(in: 0...1)))
            }
        }
    }

    /// Passes something on to the live blob; gives that up where trying again can help.
    private func sendOn(_ body: (any BlobStaging) throws -> Void) throws {
        guard let live else { return }
        do {
            try body(live)
        } catch let error as PerigeeError where error.canRetry {
            self.live = nil
        }
    }

    /// A new blob with all bytes so far.
    private func sendAgain() throws -> any BlobStaging {
        let staging = try remote.stage()
        try forEachPart { try staging.append($0) }
        return staging
    }

    /// The version of the blob if its bytes are those of the copy.
    private func versionIfSame(_ key: BlobKey) throws -> BlobVersion? {
        guard let before = try retrying.info(key), before.size == ByteCount(size) else { return nil }
        let theirs = IOBuffer(count: Self.partSize)
        var offset: UInt64 = 0
        var isSame = true
        try forEachPart { part in
            guard isSame else { return }
            let target = UnsafeMutableRawBufferPointer(rebasing: theirs.bytes[..<part.count])
            isSame =
                try retrying.read(key, at: offset, into: target) == part.count
                && UnsafeRawBufferPointer(target).elementsEqual(part)
            offset += UInt64(part.count)
        }
        guard isSame else { return nil }
        return try retrying.info(key).flatMap { $0.version == before.version ? $0.version : nil }
    }

    private static let partSize = 1 << 20

    private func forEachPart(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let buffer = IOBuffer(count: Self.partSize)
        var offset: UInt64 = 0
        while offset < size {
            let wish = Int(min(UInt64(Self.partSize), size - offset))
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<wish])
            guard try copy.read(into: part, at: offset) == wish else {
                throw PerigeeError(.io, "the copy of a blob in the making is shorter than it was", at: copy.place)
            }
            try body(UnsafeRawBufferPointer(part))
            offset += UInt64(wish)
        }
    }

    private func checkUse() throws {
        guard !isSpent else {
            throw PerigeeError(.refused, "the staged blob is committed already", remedy: "stage a new one")
        }
    }
}

/// A commit on its way that is begun again where it fails.
private final class ResumingCommit: BlobCommit {
    private let body: () throws -> BlobVersion

    init(_ body: @escaping () throws -> BlobVersion) { self.body = body }

    func finish() throws -> BlobVersion { try body() }
}
