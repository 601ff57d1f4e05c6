internal import Configurations
internal import Model
internal import Settings

/// Makes settings of what a program knows, each value with the place that it comes from.
struct SettingsMaker {
    /// The file that places name.
    let file: String

    /// A place of the file.
    func place(_ position: Position, _ path: String = "") -> SettingsPlace {
        SettingsPlace(file: file, line: position.line, column: position.column, path: path)
    }

    /// A word, number or text.
    func scalar(_ text: String, at place: SettingsPlace) -> SettingsNode {
        SettingsNode(place: place, content: .scalar(text))
    }

    /// A list.
    func list(_ items: [SettingsNode], at place: SettingsPlace) -> SettingsNode {
        SettingsNode(place: place, content: .list(items))
    }

    /// A table of those values that there are.
    func table(_ members: [(key: String, value: SettingsNode?)], at place: SettingsPlace) -> SettingsNode {
        SettingsNode(
            place: place,
            content: .table(
                members.compactMap { member in
                    member.value.map { .init(key: member.key, place: $0.place, value: $0) }
                }))
    }

    /// A value of a configuration.
    func node(_ node: ConfigurationNode, _ path: String) -> SettingsNode {
        let place = place(node.position, path)
        switch node.value {
        case .scalar(let text, _):
            return SettingsNode(place: place, content: node.scalar == .null ? .none : .scalar(text))
        case .sequence(let items):
            return list(items.enumerated().map { self.node($1, "\(path)[\($0)]") }, at: place)
        case .mapping(let members):
            return SettingsNode(
                place: place,
                content: .table(
                    members.map {
                        let inner = path.isEmpty ? $0.key : "\(path).\($0.key)"
                        return .init(
                            key: $0.key, place: self.place($0.position, inner), value: self.node($0.value, inner))
                    }))
        }
    }
}

extension SettingsNode {
    /// The value as JSON, which is YAML too: texts in quotes, tables in their order.
    var json: String {
        switch content {
        case .none: return "null"
        case .scalar(let text): return Self.isNumber(text) ? text : Self.quoted(text)
        case .list(let items): return "[" + items.map(\.json).joined(separator: ", ") + "]"
        case .table(let members):
            return "{" + members.map { "\(Self.quoted($0.key)): \($0.value.json)" }.joined(separator: ", ") + "}"
        }
    }

    /// Whether `text` says a number or a truth value, as schemas want them.
    private static func isNumber(_ text: String) -> Bool {
        if ["true", "false"].contains(text) { return true }
        guard let first = text.utf8.first, let last = text.utf8.last, (0x30...0x39).contains(first),
            (0x30...0x39).contains(last), first != 0x30 || text.utf8.count == 1 || text.hasPrefix("0.")
        else { return false }
        return Double(text) != nil && text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.e".utf8.contains($0) }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7f {
                    let digits = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }
}
