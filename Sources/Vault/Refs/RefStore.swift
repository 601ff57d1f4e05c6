internal import Content
internal import Hashing
internal import Model
internal import Storage

/// Reads and moves the refs of a vault.
struct RefStore: Sendable {
    let store: any BlobStore
    let keys: MasterKeys
    let vault: VaultDescriptor
    let environment: VaultEnvironment

    private var sealing: SealedBlob { SealedBlob(magic: Ref.magic, key: keys.refs, vault: vault) }

    /// The ref of `dataset` and the version to compare with when it is moved; nil where the dataset has none.
    func read(_ dataset: String) throws -> (ref: Ref, version: BlobVersion)? {
        let key = VaultLayout.ref(keys.tag(of: dataset))
        return try found(store.replies(to: [question(key)])[0], key)
    }

    /// What to ask for the ref of `dataset`.
    func question(_ dataset: String) -> BlobQuestion { question(VaultLayout.ref(keys.tag(of: dataset))) }

    private func question(_ key: BlobKey) -> BlobQuestion { .fetch(key, limit: ByteCount(Ref.sizeMax)) }

    /// The ref of `dataset` that `reply` brought.
    func found(_ reply: BlobReply, of dataset: String) throws -> (ref: Ref, version: BlobVersion)? {
        try found(reply, VaultLayout.ref(keys.tag(of: dataset)))
    }

    private func found(_ reply: BlobReply, _ key: BlobKey) throws -> (ref: Ref, version: BlobVersion)? {
        switch reply {
        case .blob(let blob, .some(let version)): (try decode(blob, key), version)
        case .failed(let error): throw error.code == .limit ? tooLong(key) : error
        case .absent, .blob, .page: nil
        }
    }

    /// The ref in the blob `key`; nil where there is none.
    func read(_ key: BlobKey) throws -> Ref? {
        try store.small(key, limit: Ref.sizeMax).map { try decode($0, key) }
    }

    private func tooLong(_ key: BlobKey) -> PerigeeError {
        PerigeeError(.damaged, "the blob has more than \(Ref.sizeMax) bytes", at: key.text)
    }

    private func decode(_ blob: [UInt8], _ key: BlobKey) throws -> Ref {
        let ref = try Ref(decoding: sealing.open(blob, as: key), at: key.text)
        guard VaultLayout.ref(keys.tag(of: ref.dataset)) == key else {
            throw PerigeeError(.damaged, "the ref is of another dataset", at: key.text)
        }
        return ref
    }

    /// A dataset's ref, sealed, to be put where it is still what `condition` says.
    func sealed(_ ref: Ref, if condition: PutCondition) throws -> BlobPut {
        let key = VaultLayout.ref(keys.tag(of: ref.dataset))
        return BlobPut(key, try sealing.close(ref.plain, as: key, environment: environment), if: condition)
    }

    /// Moves a dataset's ref, by way of `store`, where it is still what `condition` says.
    ///
    /// - Throws: `conflict` where somebody else has moved it.
    func write(_ ref: Ref, to store: any BlobStore, if condition: PutCondition) throws {
        try store.put(sealed(ref, if: condition))
    }

    /// The ref of `dataset`, made by way of `store` where there is none.
    func opened(_ dataset: String, by store: any BlobStore) throws -> (ref: Ref, version: BlobVersion) {
        while true {
            if let found = try read(dataset) ?? begin(dataset, by: store) { return found }
        }
    }

    /// The first ref of `dataset`, made by way of `store`; nil where somebody else has made it.
    ///
    /// Its nonce is the digest of what is sealed, keyed: the same for the same bytes, and for no others.
    func begin(_ dataset: String, by store: any BlobStore) throws -> (ref: Ref, version: BlobVersion)? {
        let key = VaultLayout.ref(keys.tag(of: dataset))
        let ref = Ref(empty: dataset, nextSequence: 0)
        let digest = ref.plain.withUnsafeBytes { Blake3.hash($0, key: keys.refs) }
        var quiet = environment
        quiet.fillRandom = { buffer in digest.withUnsafeBytes { buffer.copyBytes(from: $0.prefix(buffer.count)) } }
        do {
            return (ref, try store.put(key, sealing.close(ref.plain, as: key, environment: quiet), if: .absent))
        } catch let error as PerigeeError where error.code == .conflict {
            return nil
        }
    }

    /// Seals the ref in the blob `key` anew: who has read it before cannot move it any more.
    func touch(_ key: BlobKey) throws {
        while let found = try found(store.replies(to: [question(key)])[0], key) {
            do {
                return try write(found.ref, to: store, if: .matches(found.version))
            } catch let error as PerigeeError where error.code == .conflict {
                // It was moved in between: the new one is to be touched.
            }
        }
    }

    /// Calls `body` with each ref's blob.
    func forEachKey(_ body: (BlobKey) throws -> Void) throws {
        try store.listAll(VaultLayout.refsPrefix).forEach { try body($0.key) }
    }
}
