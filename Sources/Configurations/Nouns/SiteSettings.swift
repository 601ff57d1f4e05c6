public import Model

/// A site as the configuration describes it: how it is reached, what it is, where its datasets are kept.
public struct SiteSettings: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Where it is described.
    public var position: Position
    /// What policies judge by, in the order of the file: `country`, `region`, `owner` and whatever else.
    public var attributes: [Attribute] = []
    /// How `ssh` reaches it; nil where it does not.
    public var shell: ShellSettings?
    /// Its agent; nil where it has none.
    public var agent: AgentSettings?
    /// How its object store is reached; nil for what variables and profiles say.
    public var objectStore: ObjectStoreSettings?
    /// The vault for datasets that name no place of their own there.
    public var vault: VaultPath?
    /// What opens its vaults: a passphrase.
    public var passphrase: SecretReference?
    /// What opens its vaults: the bytes of a key.
    public var keyFile: SecretReference?
    /// How fast all that goes to or comes from it may be, by the time of day.
    public var limit: RateSchedule?
    /// What others read: offers of compute, tariffs, storage and the like, as it is written.
    public var extras: [ConfigurationNode.Member] = []

    /// An attribute of a site.
    public struct Attribute: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// What it says.
        public var value: ConfigurationNode.Scalar
    }

    /// A site about which nothing is known but its name.
    public init(name: String, position: Position) {
        self.name = name
        self.position = position
    }
}

extension SiteSettings.Attribute {
    /// What it says, as it would be written.
    public var node: ConfigurationNode {
        let text =
            switch value {
            case .null: ("null", true)
            case .bool(let value): ("\(value)", true)
            case .integer(let value): ("\(value)", true)
            case .number(let value): ("\(value)", true)
            case .text(let value): (value, false)
            }
        return ConfigurationNode(.scalar(text.0, isPlain: text.1), at: .start)
    }

    /// What it says, for people.
    public var text: String {
        if case .scalar(let text, _) = node.value { return text }
        return ""
    }
}
