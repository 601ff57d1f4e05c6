internal import Content
internal import Hashing
internal import Model
internal import Storage
public import Workers

extension Vault {
    /// How often a keyring that others keep changing is read anew.
    private static let rotateAttemptsMax = 16

    /// Opens a new key epoch, under which all that is written from now on is sealed.
    ///
    /// Vaults that are open go on sealing under the epoch that they know; what the new one has sealed they read once
    /// they are opened anew. Nothing is sealed anew by this: ``collectGarbage(_:)`` does that, if it is asked to.
    ///
    /// - Returns: the new epoch.
    /// - Throws: `limit` where the keyring has no room for another.
    public func rotateEpoch() throws -> UInt32 {
        for _ in 0..<Self.rotateAttemptsMax {
            let name = VaultLayout.keyring
            guard let (blob, version) = try store.fetch(name, limit: ByteCount(KeyringBlob.sizeMax)) else {
                throw PerigeeError(
                    .damaged, "the vault's keyring is missing", at: name.text,
                    remedy: "put back the blob \"keyring\" from a copy of the vault")
            }
            let sealing = SealedBlob(magic: KeyringBlob.magic, key: keys.keyring, vault: descriptor)
            let old = try KeyringBlob.decode(sealing.open(blob, as: name), at: name.text)
            guard old.epochs.count < KeyringBlob.epochsMax, old.epochs.keys.max() != .max else {
                throw PerigeeError(.limit, "the keyring has \(old.epochs.count) epochs already", at: name.text)
            }
            var generator = environment.generator
            let fresh = old.rotated(using: &generator)
            do {
                let sealed = try sealing.close(KeyringBlob.plain(fresh), as: name, environment: environment)
                try store.put(name, sealed, if: .matches(version))
                return fresh.currentEpoch
            } catch let error as PerigeeError where error.code == .conflict {
                // Somebody else has rotated: on from there.
            }
        }
        throw PerigeeError(
            .conflict, "others change the keyring faster than this can", at: VaultLayout.keyring.text,
            remedy: "run the same command again", canRetry: true)
    }

    /// How much each epoch has sealed, by the packs' directories; ascending.
    ///
    /// - Parameter stop: asks to stop.
    public func epochUse(stop: StopFlag? = nil) throws -> [EpochUse] {
        var uses: [UInt32: EpochUse] = [:]
        func use(_ epoch: UInt32) -> EpochUse {
            uses[epoch]
                ?? EpochUse(epoch: epoch, isCurrent: epoch == ring.currentEpoch, hasKey: ring.epochs[epoch] != nil)
        }
        for epoch in ring.epochs.keys { uses[epoch] = use(epoch) }
        try store.listAll(VaultLayout.packsPrefix).forEach { info in
            try stop?.check()
            do {
                let entries = try PackDirectory.read(size: info.size.bytes) {
                    try store.read(info.key, at: $0, into: $1)
                }
                for (epoch, records) in Dictionary(grouping: entries, by: \.epoch) {
                    var sum = use(epoch)
                    sum.packs += 1
                    sum.records += UInt64(records.count)
                    sum.bytes += records.reduce(0) { $0 + UInt64($1.recordLength) }
                    uses[epoch] = sum
                }
            } catch let error as PerigeeError where error.code == .notFound {
                // Deleted by a gc since it was listed.
            }
        }
        return uses.values.sorted { $0.epoch < $1.epoch }
    }

    /// Removes the key `id`, so that its secret opens the vault no more.
    ///
    /// Who had that secret before can have kept the master key; only a new vault shuts them out.
    ///
    /// - Parameter secret: one that opens the vault, by another key than `id`.
    /// - Throws: `notFound` where there is no such key; `refused` where no other key would open the vault by `secret`.
    public func removeKey(_ id: String, openingBy secret: Secret) throws {
        let all = try listKeys()
        guard all.contains(where: { $0.id == id }) else {
            throw PerigeeError(
                .notFound, "there is no key \(id)", at: store.name,
                remedy: "perigee keys list shows what keys there are")
        }
        for other in all where other.id != id {
            let name = VaultLayout.wrappedKey(other.id)
            guard let key = try Self.readKey(store, name) else { continue }
            if try key.open(with: secret, descriptor: descriptor) == keys.master {
                return try store.delete(VaultLayout.wrappedKey(id))
            }
        }
        throw PerigeeError(
            .refused, "the secret that was given opens no key but this one, and would open nothing afterwards",
            at: store.name, remedy: "give the secret of another key; perigee keys add makes one")
    }
}
