internal import Content
internal import Model
internal import Storage
internal import Vault

/// Vaults as the command line names them.
enum VaultAccess {
    /// The blobs of the vault in a folder, which must be there.
    static func store(_ folder: String) throws -> MeteredStore {
        MeteredStore(try DirectoryStore(path: folder))
    }

    /// Opens the vault in a folder, after seeing that there is one: nobody is asked for the passphrase of nothing.
    static func open(_ folder: String, _ secrets: SecretOptions) throws -> Vault {
        let store = try store(folder)
        _ = try Vault.readDescriptor(store)
        return try Vault.open(at: store, secret: secrets.secret(for: "vault:\(folder)"), cache: nil)
    }

    /// Opens a vault and finds the snapshot of a dataset that an endpoint names; the latest where it names none.
    static func snapshot(_ text: String, _ secrets: SecretOptions) throws -> (vault: Vault, snapshot: Snapshot) {
        let (folder, name) = try LocalEnd(parsing: text).dataset(text)
        let selector = try selector(name.snapshot, in: text)
        let vault = try open(folder, secrets)
        return (vault, try vault.resolve(name.dataset, selector))
    }

    /// The snapshot that the text after the `@` means; the latest where there is none.
    static func selector(_ text: String?, in endpoint: String) throws -> SnapshotSelector {
        guard let text else { return .latest(back: 0) }
        guard let selector = SnapshotSelector(parsing: text) else {
            throw PerigeeError(
                .usage, "\(text) names no snapshot", at: endpoint,
                remedy: "use 4 or more digits of an ID, latest, latest~1 or an instant as 2026-11-23T13:05:00Z")
        }
        return selector
    }
}
