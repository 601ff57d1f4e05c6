internal import Content
internal import Hashing
internal import Model
public import Storage

extension Vault {
    /// The most keys that a vault may have.
    public static let keysMax = 64
    /// Keys that are read together; the first is the right one as a rule.
    private static let keysAtOnce = 4

    /// Opens the vault in `store`.
    ///
    /// - Parameters:
    ///   - outline: what was read of the vault before; nil to read it.
    ///   - cache: a folder for copies of index segments, where the store is not on this machine; made by the caller.
    ///     nil keeps them in temporary files.
    ///   - prospect: what is about to be done, so that what that needs is asked for together; nil where that is not known.
    ///   - opening: where the store's meter stood when this vault began to be looked for, so that who accounts for what was
    ///     asked of the store counts that too (``Vault/beginAccount()``); nil counts what is asked once the vault is open.
    /// - Throws: `notFound` where there is no vault, `key` where `secret` is not one of its keys, `damaged` where
    ///   what is needed to open it is not what was written.
    public static func open(
        at store: any BlobStore, secret: Secret, outline: VaultOutline? = nil, cache: String? = nil,
        for prospect: VaultProspect? = nil, accountingFrom opening: StoreMeter? = nil,
        environment: VaultEnvironment = .system
    ) throws -> Vault {
        let outline = try outline ?? VaultOutline(store)
        let master = try unlock(store, secret, outline)
        let ring = try keyring(outline.keyring, MasterKeys(master), outline.descriptor)
        return try Vault(
            store, outline.descriptor, master, ring, cache: cache, for: prospect, accountingFrom: opening,
            environment: environment)
    }

    /// What the vault in `store` says of itself to everybody, without any key.
    ///
    /// - Throws: `notFound` where there is no vault.
    public static func readDescriptor(_ store: any BlobStore) throws -> VaultDescriptor {
        let question = BlobQuestion.get(VaultLayout.descriptor, limit: ByteCount(VaultDescriptor.sizeMax))
        return try descriptor(store.replies(to: [question])[0], store)
    }

    static func descriptor(_ reply: BlobReply, _ store: any BlobStore) throws -> VaultDescriptor {
        guard let blob = try reply.small(VaultLayout.descriptor, limit: VaultDescriptor.sizeMax) else {
            throw PerigeeError(
                .notFound, "there is no vault here", at: store.name,
                remedy: "make one with: perigee init \(store.vaultName)")
        }
        return try VaultDescriptor(decoding: blob, at: VaultLayout.descriptor.text)
    }

    /// The master key, by the first of the vault's keys that `secret` opens.
    private static func unlock(
        _ store: any BlobStore, _ secret: Secret, _ outline: VaultOutline
    ) throws -> HashKey {
        var damage: PerigeeError?
        var count = 0
        var rest = outline.keys.map(\.key)[...]
        while !rest.isEmpty {
            let some = rest.prefix(keysAtOnce)
            rest = rest.dropFirst(some.count)
            let replies = try store.replies(to: some.map { .get($0, limit: ByteCount(WrappedKey.sizeMax)) })
            for (name, reply) in zip(some, replies) {
                do {
                    guard let blob = try reply.small(name, limit: WrappedKey.sizeMax) else { continue }
                    let key = try WrappedKey(decoding: blob, at: name.text)
                    count += 1
                    if let master = try key.open(with: secret, descriptor: outline.descriptor) { return master }
                } catch let error as PerigeeError where [.damaged, .format, .limit].contains(error.code) {
                    damage = error
                }
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
        let question = BlobQuestion.get(VaultLayout.keyring, limit: ByteCount(KeyringBlob.sizeMax))
        return try keyring(store.replies(to: [question])[0], keys, descriptor)
    }

    static func keyring(
        _ reply: BlobReply, _ keys: MasterKeys, _ descriptor: VaultDescriptor
    ) throws -> KeyRing {
        let name = VaultLayout.keyring
        guard let blob = try reply.small(name, limit: KeyringBlob.sizeMax) else {
            throw PerigeeError(
                .damaged, "the vault's keyring is missing", at: name.text,
                remedy: "put back the blob \"keyring\" from a copy of the vault")
        }
        let sealing = SealedBlob(magic: KeyringBlob.magic, key: keys.keyring, vault: descriptor)
        return try KeyringBlob.decode(sealing.open(blob, as: name), at: name.text)
    }
}
