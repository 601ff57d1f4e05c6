internal import Hashing
internal import Model
public import Storage

extension Vault {
    /// The vault's keys, in the order of their IDs.
    ///
    /// Needs no secret but what the vault was opened with.
    public func listKeys() throws -> [KeyInfo] { try Self.listKeys(store) }

    /// The keys of the vault in `store`, without any secret.
    public static func listKeys(_ store: any BlobStore) throws -> [KeyInfo] {
        var keys: [KeyInfo] = []
        try store.listAll(VaultLayout.keysPrefix).forEach { info in
            guard let key = try readKey(store, info.key) else { return }
            keys.append(KeyInfo(id: String(info.key.text.dropFirst(VaultLayout.keysPrefix.count)), key))
        }
        return keys
    }

    /// Lets `secret` open the vault as well.
    ///
    /// - Throws: `limit` where the vault has ``keysMax`` keys; `key` where `secret` is too weak to be one.
    @discardableResult
    public func addSecret(_ secret: Secret, label: String = "", cost: KeyCost = .standard) throws -> KeyInfo {
        guard try listKeys().count < Self.keysMax else {
            throw PerigeeError(.limit, "the vault has \(Self.keysMax) keys already", at: store.name)
        }
        let key = try WrappedKey(
            keys.master, under: secret, cost: cost, label: label, descriptor: descriptor, environment: environment)
        let id = Self.keyID(environment)
        try store.put(VaultLayout.wrappedKey(id), key.encoded(), if: .absent)
        return KeyInfo(id: id, key)
    }
}
