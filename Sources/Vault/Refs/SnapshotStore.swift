internal import Content
internal import Hashing
internal import Model
internal import Storage

/// Reads and writes snapshots: the blobs `snapshots/<tag>/<id>`, each the snapshot's page as one sealed record.
struct SnapshotStore: Sendable {
    /// The most bytes of a snapshot's blob: a page and the record around it.
    static let sizeMax = PageLimits.page + 4096

    let store: any BlobStore
    let ring: KeyRing
    let keys: MasterKeys
    let cipher: Cipher
    let environment: VaultEnvironment

    /// The blob of a snapshot.
    func key(_ dataset: String, _ id: ContentID) -> BlobKey { VaultLayout.snapshot(keys.tag(of: dataset), id) }

    /// The snapshot `id` of `dataset`.
    ///
    /// - Throws: `notFound` where its blob is missing, `damaged` where it is not what was sealed.
    func read(_ dataset: String, _ id: ContentID) throws -> Snapshot {
        try found(store.replies(to: [question(dataset, id)])[0], dataset, id)
    }

    /// What to ask for the snapshot `id` of `dataset`.
    func question(_ dataset: String, _ id: ContentID) -> BlobQuestion {
        .get(key(dataset, id), limit: ByteCount(Self.sizeMax))
    }

    /// The snapshot `id` of `dataset` that `reply` brought.
    func found(_ reply: BlobReply, _ dataset: String, _ id: ContentID) throws -> Snapshot {
        let key = key(dataset, id)
        let snapshot = try open(reply.small(key, limit: Self.sizeMax), key, id)
        guard snapshot.dataset == dataset else {
            throw PerigeeError(.damaged, "the snapshot is of another dataset", at: key.text)
        }
        return snapshot
    }

    /// The snapshot `id` in the blob `key`, of whatever dataset.
    func read(_ key: BlobKey, _ id: ContentID) throws -> Snapshot {
        try open(store.small(key, limit: Self.sizeMax), key, id)
    }

    private func open(_ record: [UInt8]?, _ key: BlobKey, _ id: ContentID) throws -> Snapshot {
        guard let record else {
            throw PerigeeError(.notFound, "the snapshot \(id.digest.hex.prefix(12)) is not in the vault", at: key.text)
        }
        var page = [UInt8](repeating: 0, count: PageLimits.page)
        let count = try Self.place(key) {
            try record.withUnsafeBytes { record in
                try page.withUnsafeMutableBytes {
                    try Envelope(ring, .stored).open(record, expecting: id, kind: .page, into: $0)
                }
            }
        }
        page.removeLast(page.count - count)
        return try Self.place(key) { try Snapshot(page: page, id: id) }
    }

    /// The ID of a snapshot's page.
    func identify(_ page: UnsafeRawBufferPointer) -> ContentID {
        ContentID(Blake3.hash(page, key: ring.idKey(for: .page)))
    }

    /// What a gc calls the snapshot's blob.
    func name(_ dataset: String, _ id: ContentID) -> GcState.SnapshotName {
        GcState.SnapshotName(tag: Hexadecimal.decode(keys.tag(of: dataset)) ?? [], id: id)
    }

    /// A snapshot's page, whose ID is `id`, sealed.
    func sealed(_ page: [UInt8], _ id: ContentID, dataset: String) throws -> BlobPut {
        let envelope = try Envelope(ring, .zstd(level: 1), cipher: cipher, nonces: environment.nonces())
        var record = [UInt8](repeating: 0, count: Envelope.bound(page.count))
        let header = try page.withUnsafeBytes { page in
            try record.withUnsafeMutableBytes { try envelope.close(page, id: id, kind: .page, into: $0) }
        }
        record.removeLast(record.count - RecordHeader.byteCount - Int(header.sealedLength))
        return BlobPut(key(dataset, id), record, if: .absent)
    }

    /// Names `key` as the place of what `body` throws.
    private static func place<Result>(_ key: BlobKey, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch var error as PerigeeError {
            error.place = error.place.map { "\(key.text): \($0)" } ?? key.text
            throw error
        }
    }
}
