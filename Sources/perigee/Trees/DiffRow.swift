internal import Model

/// One difference between two sides.
struct DiffRow {
    /// What is different.
    enum Change: String, CaseIterable {
        /// Only on the new side.
        case added
        /// Only on the old side.
        case removed
        /// Of another kind.
        case kind
        /// With other bytes, or another target or device number.
        case content
        /// With other attributes alone.
        case attributes

        /// The letter before the path.
        var letter: String {
            switch self {
            case .added: "+"
            case .removed: "-"
            case .kind: "T"
            case .content: "M"
            case .attributes: "A"
            }
        }
    }

    let change: Change
    let path: TreePath
    let old: Attributes?
    let new: Attributes?

    /// A line for people.
    func line(_ style: Style) -> String {
        let head = "\(change.letter) \(path)"
        switch change {
        case .added: return style.good(head)
        case .removed: return style.bad(head)
        case .kind, .content, .attributes: return style.warning(head) + details
        }
    }

    /// A JSON object.
    var object: String {
        var out = "{\"change\":\"\(change.rawValue)\",\"path\":\(JSON.quoted(TreePath.printable(path.bytes)))"
        for (name, attributes) in [("old", old), ("new", new)] {
            let value = attributes.map { "{\(EntryRow(path: path, attributes: $0).members)}" } ?? "null"
            out += ",\"\(name)\":\(value)"
        }
        return out + "}"
    }

    private var details: String {
        guard let old, let new else { return "" }
        var parts = [String]()
        func compare<Value: Equatable>(_ name: String, _ key: KeyPath<Attributes, Value>, _ text: (Value) -> String) {
            if old[keyPath: key] != new[keyPath: key] {
                parts.append("\(name) \(text(old[keyPath: key])) -> \(text(new[keyPath: key]))")
            }
        }
        compare("kind", \.kind) { EntryRow.name($0) }
        if new.kind == .file, old.kind == .file { compare("size", \.size) { Format.size($0) } }
        compare("mode", \.mode) { String($0, radix: 8) }
        compare("owner", \.owner) { "\($0)" }
        compare("group", \.group) { "\($0)" }
        compare("target", \.target) { TreePath.printable($0) }
        if change != .kind { compare("modified", \.modified) { $0.rfc3339 } }
        if old.extended != new.extended { parts.append("extended attributes") }
        return parts.isEmpty ? "" : "  " + parts.joined(separator: ", ")
    }
}
