/// Reads the keys of a mapping one by one; what nobody asked for is a fault in the end.
///
/// Readers say what they want and go on where it is not there: a file's faults are told all at once.
///
/// ```swift
/// guard var reader = MappingReader(node, key: "limits", log: log) else { return }
/// let memory = reader.value("memory", "a size as 256MiB") { ByteCount(parsing: $0) }
/// reader.finish()
/// ```
public struct MappingReader {
    /// The keys that lead here.
    public let key: String
    /// Where the mapping begins.
    public let position: Position
    /// What is told of faults.
    public let log: FaultLog
    private let members: [ConfigurationNode.Member]
    private var asked: [String] = []

    /// A reader of `node`; nil, and a fault, where that is no mapping.
    public init?(_ node: ConfigurationNode, key: String, log: FaultLog) {
        guard case .mapping(let members) = node.value else {
            log.add(
                "keys with values are needed here, not \(node.kind)", at: node.position, key: key,
                remedy: "write key: value, a line each, further in than this one")
            return nil
        }
        self.key = key
        self.log = log
        self.members = members
        position = node.position
    }

    /// The way to one of its keys.
    public func trail(_ name: String) -> String { KeyTrail.joined(key, name) }

    /// The value of a key as it is written; nil where it is not there.
    public mutating func node(_ name: String) -> ConfigurationNode? {
        asked.append(name)
        return members.first { $0.key == name }?.value
    }

    /// All its keys and values, for those that are names.
    public mutating func all() -> [ConfigurationNode.Member] {
        asked += members.map(\.key)
        return members
    }

    /// A fault at a key, or at the mapping where it is not there.
    public func fault(_ name: String, _ message: String, remedy: String) {
        let place = members.first { $0.key == name }.map(\.value.position) ?? position
        log.add(message, at: place, key: trail(name), remedy: remedy)
    }

    /// The value of a key that must be there.
    public mutating func needed(_ name: String, _ expected: String) -> ConfigurationNode? {
        if let node = node(name) { return node }
        log.add("\(name) is missing", at: position, key: trail(name), remedy: "write \(name): \(expected)")
        return nil
    }

    /// Faults for the keys that nobody asked for.
    public func finish() {
        for member in members where !asked.contains(member.key) {
            let guess = log.isFull ? nil : Suggestion.nearest(to: member.key, among: asked)
            log.add(
                "this key is not known", at: member.position, key: trail(member.key),
                remedy: guess.map { "did you mean \($0)?" }
                    ?? (asked.isEmpty ? "remove it" : "known here: \(asked.joined(separator: ", "))"))
        }
    }
}
