/// A value of a configuration, with the place at which it is written.
///
/// Two are equal where they say the same, wherever they stand.
public struct ConfigurationNode: Sendable {
    /// What it is.
    public enum Value: Sendable, Equatable {
        /// A text, a number, a truth value or nothing; plain where it has no quotes.
        case scalar(String, isPlain: Bool)
        /// A list.
        case sequence([ConfigurationNode])
        /// Keys and their values, in the order of the file.
        case mapping([Member])
    }

    /// A key and its value.
    public struct Member: Sendable {
        /// The key.
        public var key: String
        /// Where it is written.
        public var position: Position
        /// The value.
        public var value: ConfigurationNode

        /// A member.
        public init(key: String, position: Position, value: ConfigurationNode) {
            self.key = key
            self.position = position
            self.value = value
        }
    }

    /// What it is.
    public var value: Value
    /// Where it begins.
    public var position: Position

    /// A value at a place.
    public init(_ value: Value, at position: Position) {
        self.value = value
        self.position = position
    }

    /// The value of a key; nil where this is no mapping or has no such key.
    public subscript(key: String) -> ConfigurationNode? {
        guard case .mapping(let members) = value else { return nil }
        return members.first { $0.key == key }?.value
    }
}

extension ConfigurationNode: Equatable {
    /// Whether both say the same.
    public static func == (a: ConfigurationNode, b: ConfigurationNode) -> Bool { a.value == b.value }
}

extension ConfigurationNode.Member: Equatable {
    /// Whether both say the same.
    public static func == (a: ConfigurationNode.Member, b: ConfigurationNode.Member) -> Bool {
        a.key == b.key && a.value == b.value
    }
}
