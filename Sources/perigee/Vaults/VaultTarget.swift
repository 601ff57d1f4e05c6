internal import Model
internal import Vault

/// The dataset of a vault that a run writes to, as the command line names it.
struct VaultTarget {
    /// As it was written.
    let text: String
    let place: Endpoint.VaultPlace
    private let name: Endpoint.DatasetName?

    /// The dataset that `end`, written as `text`, names.
    ///
    /// - Throws: `usage` where that is a tree, or names a snapshot, which is to be made.
    init(_ end: LocalEnd, _ text: String) throws {
        self.text = text
        (place, name) = try end.vault(text)
        guard let selector = name?.snapshot else { return }
        throw PerigeeError(
            .usage, "a snapshot is made, not named: @\(selector)", at: text,
            remedy: "leave the @ and what follows away")
    }

    /// Opens the vault for bringing `snapshot` there.
    func open(after snapshot: Snapshot, _ secrets: SecretOptions, _ context: Context) throws -> Vault {
        let prospect = VaultProspect(dataset: dataset(usual: snapshot.dataset), writes: true)
        return try VaultAccess.open(place, secrets, context, for: prospect)
    }

    /// The dataset; `usual` where none was named.
    func dataset(usual: String) -> String { name?.dataset ?? usual }
}
