internal import Content
internal import Model
internal import Storage

/// Looks at the descriptor, the wrapped keys and the keyring.
struct KeyVerifier {
    let vault: Vault
    let log: DamageLog

    func run() throws {
        try check(.descriptor, VaultLayout.descriptor.text) {
            guard try Vault.readDescriptor(vault.store) == vault.descriptor else {
                throw PerigeeError(.damaged, "the descriptor is not the one that the vault was opened with")
            }
        }
        try check(.keyring, VaultLayout.keyring.text) {
            let ring = try Vault.readKeyring(vault.store, vault.keys, vault.descriptor)
            guard ring.idKey == vault.ring.idKey else {
                throw PerigeeError(.damaged, "the keyring is not the one that the vault was opened with")
            }
        }
        try check(.gc, VaultLayout.gc.text) { _ = try vault.gc.read() }
        try vault.store.listAll(VaultLayout.keysPrefix).forEach { info in
            try check(.key, info.key.text) { _ = try Vault.readKey(vault.store, info.key) }
        }
    }

    private func check(_ part: Damage.Part, _ place: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as PerigeeError where [.damaged, .format, .limit, .notFound].contains(error.code) {
            log.note(part, at: place, error.message)
        }
    }
}
