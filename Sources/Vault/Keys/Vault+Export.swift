internal import Model
public import Storage

extension Vault {
    /// Makes `copy` hold what the vault cannot be opened without: its descriptor, its keyring and all its keys, sealed as
    /// they are.
    ///
    /// What is put back below a vault's root from there is what was lost. A copy that was made before is brought up to
    /// date: keys that were removed meanwhile go from it too.
    ///
    /// - Returns: the keys.
    /// - Throws: `exists` where `copy` is of another vault; `damaged` where the keyring is not what was written, so that
    ///   no good copy is lost to a bad one.
    public func exportKeys(to copy: any BlobStore) throws -> [KeyInfo] {
        let reply = try store.replies(to: [.get(VaultLayout.keyring, limit: ByteCount(KeyringBlob.sizeMax))])[0]
        _ = try Self.keyring(reply, keys, descriptor)
        guard let keyring = try reply.small(VaultLayout.keyring, limit: KeyringBlob.sizeMax) else { return [] }
        var blobs: [(key: BlobKey, bytes: [UInt8], info: KeyInfo)] = []
        try store.listAll(VaultLayout.keysPrefix).forEach { found in
            guard let bytes = try store.small(found.key, limit: WrappedKey.sizeMax) else { return }
            let key = try WrappedKey(decoding: bytes, at: found.key.text)
            let id = String(found.key.text.dropFirst(VaultLayout.keysPrefix.count))
            blobs.append((found.key, bytes, KeyInfo(id: id, key)))
        }
        // The descriptor first: it says whose the rest is.
        try claim(copy)
        for blob in blobs { try copy.put(blob.key, blob.bytes, if: .always) }
        try copy.put(VaultLayout.keyring, keyring, if: .always)
        var old: [BlobKey] = []
        try copy.listAll(VaultLayout.keysPrefix).forEach { found in
            if !blobs.contains(where: { $0.key == found.key }) { old.append(found.key) }
        }
        for key in old { try copy.delete(key) }
        return blobs.map(\.info)
    }

    private func claim(_ copy: any BlobStore) throws {
        if let there = try copy.small(VaultLayout.descriptor, limit: VaultDescriptor.sizeMax) {
            let other = try VaultDescriptor(decoding: there, at: VaultLayout.descriptor.text)
            guard other.id == descriptor.id else {
                throw PerigeeError(
                    .exists, "the keys of another vault are there, \(other.id)", at: copy.name,
                    remedy: "name another folder: each vault has one of its own")
            }
        }
        try copy.put(VaultLayout.descriptor, descriptor.encoded(), if: .always)
    }
}
