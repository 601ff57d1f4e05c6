internal import Content
internal import Hashing
internal import Model
public import Storage

extension Vault {
    /// The most keys that a vault may have.
    public static let keysMax = 64

    /// Opens the vault in `store`.
    ///
    /// - Parameters:
    ///   - descriptor: what the vault says of itself, where that was read before; nil to read it.
    ///   - cache: a folder for copies of index segments, where the store is not on this machine; made by the caller.
    ///     nil keeps them in temporary files.
    /// - Throws: `notFound` where there is no vault, `key` where `secret` is not one of its keys, `damaged` where
    ///   what is needed to open it is not what was written.
    public static func open(
        at store: any BlobStore, secret: Secret, descriptor: VaultDescriptor? = nil, cache: String? = nil,
        environment: VaultEnvironment = .system
    ) throws -> Vault {
        let descriptor = try descriptor ?? readDescriptor(store)
        let master = try unlock(store, secret, descriptor)
        let ring = try readKeyring(store, MasterKeys(master), descriptor)
        return try Vault(store, descriptor, master, ring, cache: cache, environment: environment)
    }

    /// What the vault in `store` says of itself to everybody, without any key.
    ///
    /// - Throws: `notFound` where there is no vault.
    public static func readDescriptor(_ store: any BlobStore) throws -> VaultDescriptor {
        guard let blob = try store.small(VaultLayout.descriptor, limit: VaultDescriptor.sizeMax) else {
            throw PerigeeError(
                .notFound, "there is no vault here", at: store.name,
                remedy: "make one with: perigee init \(store.vaultName)")
        }
        return try VaultDescriptor(decoding: blob, at: VaultLayout.descriptor.text)
    }

    /// The master key, by the first of the vault's keys that `secret` opens.
    private static func unlock(
        _ store: any BlobStore, _ secret: Secret, _ descriptor: VaultDescriptor
    ) throws -> HashKey {
        var damage: PerigeeError?
        var count = 0
        for info in try store.list(VaultLayout.keysPrefix, after: nil, limit: keysMax) {
            do {
                guard let key = try readKey(store, info.key) else { continue }
                count += 1
                if let master = try key.open(with: secret, descriptor: descriptor) { return master }
            } catch let error as PerigeeError where [.damaged, .format, .limit].contains(error.code) {
                damage = error
            }
        }
        if let damage, count == 0 { throw damage }
        let tried = count == 1 ? "its key" : "any of its \(count) keys"
        throw PerigeeError(
            .key, "the passphrase or key file does not open \(tried)", at: store.name,
            remedy: damage.map { "another key is damaged, and may have been the one: \($0.place ?? "")" }
                ?? "check it; perigee keys list shows what keys there are",
            cause: damage)
    }

    /// The wrapped key in the blob `key`; nil where there is none.
    static func readKey(_ store: any BlobStore, _ key: BlobKey) throws -> WrappedKey? {
        try store.small(key, limit: WrappedKey.sizeMax).map { try WrappedKey(decoding: $0, at: key.text) }
    }

    /// The keyring.
    static func readKeyring(
        _ store: any BlobStore, _ keys: MasterKeys, _ descriptor: VaultDescriptor
    ) throws -> KeyRing {
        let name = VaultLayout.keyring
        guard let blob = try store.small(name, limit: KeyringBlob.sizeMax) else {
            throw PerigeeError(
                .damaged, "the vault's keyring is missing", at: name.text,
                remedy: "put back the blob \"keyring\" from a copy of the vault")
        }
        let sealing = SealedBlob(magic: KeyringBlob.magic, key: keys.keyring, vault: descriptor)
        return try KeyringBlob.decode(sealing.open(blob, as: name), at: name.text)
    }
}
