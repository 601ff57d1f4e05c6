public import Model

/// One of a vault's keys, as listings show it.
public struct KeyInfo: Hashable, Sendable {
    /// What sort of secret opens it.
    public enum Kind: String, Sendable, Codable {
        /// A passphrase, slowed down by scrypt.
        case passphrase
        /// A key file.
        case keyFile = "key_file"
    }

    /// The last part of the blob's name.
    public let id: String
    /// What sort of secret opens it.
    public let kind: Kind
    /// What its owner called it; possibly empty.
    public let label: String
    /// When it was added.
    public let created: Timestamp

    init(id: String, _ key: WrappedKey) {
        self.id = id
        kind = key.way == .keyFile ? .keyFile : .passphrase
        label = key.label
        created = key.created
    }
}
