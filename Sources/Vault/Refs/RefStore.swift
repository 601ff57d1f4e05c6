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
        // The version first: bytes that are newer than it make the move fail, which is then tried again.
        guard let version = try store.info(key)?.version, let ref = try read(key) else { return nil }
        return (ref, version)
    }

    /// The ref in the blob `key`; nil where there is none.
    func read(_ key: BlobKey) throws -> Ref? {
        guard let blob = try store.small(key, limit: Ref.sizeMax) else { return nil }
        let ref = try Ref(decoding: sealing.open(blob, as: key), at: key.text)
        guard VaultLayout.ref(keys.tag(of: ref.dataset)) == key else {
            throw PerigeeError(.damaged, "the ref is of another dataset", at: key.text)
        }
        return ref
    }

    /// Moves a dataset's ref, by way of `store`, where it is still what `condition` says.
    ///
    /// - Throws: `conflict` where somebody else has moved it.
    func write(_ ref: Ref, to store: any BlobStore, if condition: PutCondition) throws {
        let key = VaultLayout.ref(keys.tag(of: ref.dataset))
        try store.put(key, sealing.close(ref.plain, as: key, environment: environment), if: condition)
    }

    /// The ref of `dataset`, made by way of `store` where there is none.
    func opened(_ dataset: String, by store: any BlobStore) throws -> (ref: Ref, version: BlobVersion) {
        while true {
            if let found = try read(dataset) { return found }
            do {
                try begin(dataset, store)
            } catch let error as PerigeeError where error.code == .conflict {
                // Somebody else has made it.
            }
        }
    }

    /// Makes the first ref of `dataset`.
    ///
    /// Its nonce is the digest of what is sealed, keyed: the same for the same bytes, and for no others.
    private func begin(_ dataset: String, _ store: any BlobStore) throws {
        let key = VaultLayout.ref(keys.tag(of: dataset))
        let plain = Ref(empty: dataset, nextSequence: 0).plain
        let digest = plain.withUnsafeBytes { Blake3.hash($0, key: keys.refs) }
        var quiet = environment
        quiet.fillRandom = { buffer in digest.withUnsafeBytes { buffer.copyBytes(from: $0.prefix(buffer.count)) } }
        try store.put(key, sealing.close(plain, as: key, environment: quiet), if: .absent)
    }

    /// Seals the ref in the blob `key` anew: who has read it before cannot move it any more.
    func touch(_ key: BlobKey) throws {
        while let version = try store.info(key)?.version, let ref = try read(key) {
            do {
                return try write(ref, to: store, if: .matches(version))
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
