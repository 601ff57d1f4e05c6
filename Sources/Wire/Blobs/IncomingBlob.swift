internal import Content
internal import Hashing
internal import Model
internal import Storage

/// A blob that comes in parts: a small one is kept until it is put, a larger one is staged in the store.
///
/// What fails on the way is thrown at the commit; bytes that come after it are dropped.
final class IncomingBlob {
    private let store: any BlobStore
    private var small: [UInt8] = []
    private var staging: (any BlobStaging)?
    private var failure: (any Error)?
    private var follower = PackFollower()

    /// A blob of so many bytes is staged.
    static let smallMax = 64 << 10

    init(_ store: any BlobStore) { self.store = store }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard failure == nil else { return }
        if follower.take(bytes).count < bytes.count { follower.stop() }
        keep(bytes)
    }

    /// Appends the end that a pack has with the records that came: what must be the bytes of digest `tail`.
    func complete(_ tail: Digest) throws {
        if let failure { throw failure }
        guard let end = follower.tail, end.withUnsafeBytes({ Blake3.hash($0) }) == tail else {
            throw PerigeeError(
                .damaged, "a pack ends otherwise than its records say", remedy: "run the command again")
        }
        end.withUnsafeBytes { keep($0) }
    }

    private func keep(_ bytes: UnsafeRawBufferPointer) {
        do {
            if staging == nil, small.count + bytes.count <= Self.smallMax {
                small.append(contentsOf: bytes)
                return
            }
            try begin().append(bytes)
        } catch {
            failure = error
            staging = nil
        }
    }

    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        if let failure { throw failure }
        if let staging { return try staging.commit(as: key, if: condition) }
        return try store.put(key, small, if: condition)
    }

    private func begin() throws -> any BlobStaging {
        if let staging { return staging }
        let staging = try store.stage()
        try small.withUnsafeBytes { try staging.append($0) }
        small = []
        self.staging = staging
        return staging
    }
}
