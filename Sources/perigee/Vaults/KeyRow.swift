internal import Model
internal import Vault

/// A key of a vault for programs.
struct KeyRow: Encodable {
    let id: String
    let kind: KeyInfo.Kind
    let label: String
    let created: String

    /// What is shown of `key`.
    init(_ key: KeyInfo) {
        id = key.id
        kind = key.kind
        label = key.label
        created = key.created.rfc3339
    }
}
