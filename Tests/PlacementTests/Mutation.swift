import Configurations
import Foundation

/// A document that was changed in one place so that it says something wrong.
struct Mutation {
    /// What was done to it.
    enum Kind: String, CaseIterable {
        /// A key has another name, which is none.
        case misspelled
        /// Keys with values where there was a word, a list or a number.
        case table
        /// A word where there were keys with values.
        case word
        /// A word that is no number, size, time, price ...
        case nonsense
        /// A key is missing.
        case dropped
    }

    let kind: Kind
    /// The keys that lead to the place.
    let path: String
    let document: ConfigurationNode

    /// The document as JSON, which is YAML.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    /// All that can be made of a document.
    static func all(of document: ConfigurationNode) -> [Mutation] {
        var out: [Mutation] = []
        walk(document, "") { kind, path, changed in out.append(Mutation(kind: kind, path: path, document: changed)) }
        return out
    }

    /// Calls `body` with each change of `node`, as the whole that it is.
    private static func walk(
        _ node: ConfigurationNode, _ path: String, _ body: (Kind, String, ConfigurationNode) -> Void
    ) {
        switch node.value {
        case .scalar:
            body(.table, path, table)
            body(.nonsense, path, scalar("no such thing!"))
        case .sequence(let items):
            body(.table, path, table)
            for (index, item) in items.enumerated() {
                walk(item, "\(path)[\(index)]") { kind, path, changed in
                    var copy = items
                    copy[index] = changed
                    body(kind, path, ConfigurationNode(.sequence(copy), at: node.position))
                }
            }
        case .mapping(let members):
            body(.word, path, scalar("nonsense"))
            for (index, member) in members.enumerated() {
                let inner = path.isEmpty ? member.key : "\(path).\(member.key)"
                func whole(_ change: (inout [ConfigurationNode.Member]) -> Void) -> ConfigurationNode {
                    var copy = members
                    change(&copy)
                    return ConfigurationNode(.mapping(copy), at: node.position)
                }
                body(.misspelled, inner, whole { $0[index].key += "_x" })
                body(.dropped, inner, whole { $0.remove(at: index) })
                walk(member.value, inner) { kind, path, changed in
                    body(kind, path, whole { $0[index].value = changed })
                }
            }
        }
    }

    private static let table = ConfigurationNode(
        .mapping([.init(key: "no-such-key", position: .start, value: scalar("1"))]), at: .start)

    private static func scalar(_ text: String) -> ConfigurationNode {
        ConfigurationNode(.scalar(text, isPlain: false), at: .start)
    }
}
