internal import Configurations
internal import Scheduling
internal import Settings

/// A value of the configuration that knows the name of its file.
struct PlacedNode: PlainValue {
    /// The value.
    let node: ConfigurationNode
    /// The file.
    let file: String

    var plainText: String? {
        if case .scalar(let text, _) = node.value { return text }
        return nil
    }

    var plainItems: [PlacedNode]? {
        guard case .sequence(let items) = node.value else { return nil }
        return items.map { PlacedNode(node: $0, file: file) }
    }

    var plainMembers: [(name: String, place: String, value: PlacedNode)]? {
        guard case .mapping(let members) = node.value else { return nil }
        return members.map { ($0.key, "\(file):\($0.position)", PlacedNode(node: $0.value, file: file)) }
    }

    var plainPlace: String { "\(file):\(node.position)" }

    /// The value of a key.
    subscript(_ name: String) -> PlacedNode? { node[name].map { PlacedNode(node: $0, file: file) } }

    /// The same, as those read it who decide about places.
    var settings: SettingsNode {
        let place = SettingsPlace(file: file, line: node.position.line, column: node.position.column)
        return SettingsNode(place: place, content: content)
    }

    private var content: SettingsNode.Content {
        switch node.value {
        case .scalar(let text, let isPlain): isPlain && ["", "~", "null"].contains(text) ? .none : .scalar(text)
        case .sequence(let items): .list(items.map { PlacedNode(node: $0, file: file).settings })
        case .mapping(let members):
            .table(
                members.map {
                    let place = SettingsPlace(file: file, line: $0.position.line, column: $0.position.column)
                    return .init(key: $0.key, place: place, value: PlacedNode(node: $0.value, file: file).settings)
                })
        }
    }
}
