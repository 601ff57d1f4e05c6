internal import Content
internal import Hashing
internal import Model
public import Storage

extension Vault {
    /// Makes a new vault in `store`, which may hold other things but no vault.
    ///
    /// The descriptor comes last, so that a vault that was begun and not finished is none; its keys are then left over
    /// and open nothing.
    ///
    /// - Throws: `exists` where there is a vault; `key` where `secret` is too weak to be one.
    public static func create(at store: any BlobStore, secret: Secret, options: VaultOptions = .init()) throws -> Vault
    {
        if try store.exists(VaultLayout.descriptor) { throw existing(store) }
        let environment = options.environment
        var generator = environment.generator
        let descriptor = VaultDescriptor(
            id: Hexadecimal.encode(environment.randomBytes(16)), created: environment.now(), chunker: options.chunker,
            cipher: options.cipher)
        let master = HashKey(using: &generator)
        let ring = options.ring ?? KeyRing.new(using: &generator)
        let wrapped = try WrappedKey(
            master, under: secret, cost: options.keyCost, label: options.label, descriptor: descriptor,
            environment: environment)
        let sealing = SealedBlob(
            magic: KeyringBlob.magic, key: MasterKeys(master).keyring, vault: descriptor)
        let keyring = try sealing.close(
            KeyringBlob.plain(ring), as: VaultLayout.keyring, environment: environment)
        do {
            try store.put(VaultLayout.keyring, keyring, if: .absent)
        } catch let error as PerigeeError where error.code == .conflict {
            throw unfinished(store)
        }
        try store.put(VaultLayout.wrappedKey(keyID(environment)), wrapped.encoded(), if: .absent)
        do {
            try store.put(VaultLayout.descriptor, descriptor.encoded(), if: .absent)
        } catch let error as PerigeeError where error.code == .conflict {
            throw existing(store)
        }
        return try Vault(store, descriptor, master, ring, cache: nil, environment: environment)
    }

    /// A new name for a key.
    static func keyID(_ environment: VaultEnvironment) -> String {
        Hexadecimal.encode(environment.randomBytes(8))
    }

    private static func existing(_ store: any BlobStore) -> PerigeeError {
        PerigeeError(
            .exists, "there is a vault already", at: store.name,
            remedy: "use it as it is, or choose another place for the new one")
    }

    private static func unfinished(_ store: any BlobStore) -> PerigeeError {
        PerigeeError(
            .exists, "there is a keyring without a vault: another process makes one now, or was stopped while it did",
            at: store.name,
            remedy:
                "wait for it; or, where nothing but \"keyring\" and \"keys\" is there, remove these two and try again")
    }
}
