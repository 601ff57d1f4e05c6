internal import Content
internal import Model
internal import Storage
internal import Vault

/// Vaults as the command line names them: the one place where a store is opened from where it is.
enum VaultAccess {
    /// The blobs of the vault at `place`, which must be there.
    static func store(_ place: Endpoint.VaultPlace, _ context: Context) throws -> MeteredStore {
        switch place {
        case .folder(let path): MeteredStore(try DirectoryStore(path: path))
        case .bucket: throw unsupported(place)
        }
    }

    /// The store for a new vault at `place`.
    static func newStore(_ place: Endpoint.VaultPlace, _ context: Context) throws -> MeteredStore {
        switch place {
        case .folder(let path): MeteredStore(try DirectoryStore(path: path, create: true))
        case .bucket: throw unsupported(place)
        }
    }

    /// Opens the vault at `place`, after seeing that there is one: nobody is asked for the passphrase of nothing.
    static func open(_ place: Endpoint.VaultPlace, _ secrets: SecretOptions, _ context: Context) throws -> Vault {
        let store = try store(place, context)
        _ = try Vault.readDescriptor(store)
        return try Vault.open(at: store, secret: secrets.secret(for: "\(place)"), cache: nil)
    }

    /// Opens a vault and finds the snapshot of a dataset that an endpoint names; the latest where it names none.
    static func snapshot(
        _ text: String, _ secrets: SecretOptions, _ context: Context
    ) throws -> (vault: Vault, snapshot: Snapshot) {
        let (place, name) = try LocalEnd(parsing: text).dataset(text)
        let selector = try selector(name.snapshot, in: text)
        let vault = try open(place, secrets, context)
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

    private static func unsupported(_ place: Endpoint.VaultPlace) -> PerigeeError {
        PerigeeError(
            .unsupported, "object stores are not served by this version", at: "\(place)",
            remedy: "keep the vault in a folder: vault:/path#dataset")
    }
}
