extension MappingReader {
    /// A text; nil where the key is not there, or, with a fault, where it is something else.
    public mutating func text(_ name: String, _ expected: String) -> String? {
        node(name).flatMap { text($0, at: trail(name), expected) }
    }

    /// A text that means something: what `parse` makes of it, or a fault that says what was expected.
    public mutating func value<Value>(_ name: String, _ expected: String, _ parse: (String) -> Value?) -> Value? {
        node(name).flatMap { value($0, at: trail(name), expected, parse) }
    }

    /// The same of a key that must be there.
    public mutating func neededValue<Value>(_ name: String, _ expected: String, _ parse: (String) -> Value?) -> Value? {
        needed(name, expected).flatMap { value($0, at: trail(name), expected, parse) }
    }

    /// A whole number.
    public mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = node(name) else { return nil }
        if case .integer(let value) = node.scalar, range.contains(value) { return value }
        let bounds =
            range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
        log.add("a whole number is needed here", at: node.position, key: trail(name), remedy: "write one of \(bounds)")
        return nil
    }

    /// A number.
    public mutating func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let node = node(name) else { return nil }
        switch node.scalar {
        case .integer(let value) where range.contains(Double(value)): return Double(value)
        case .number(let value) where range.contains(value): return value
        default:
            log.add(
                "a number is needed here", at: node.position, key: trail(name),
                remedy: "write one of \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
    }

    /// `true` or `false`.
    public mutating func flag(_ name: String) -> Bool? {
        guard let node = node(name) else { return nil }
        if case .bool(let value) = node.scalar { return value }
        log.add(
            "true or false is needed here, not \(node.kind)", at: node.position, key: trail(name),
            remedy: "write true or false")
        return nil
    }

    /// Where a secret is; nil where the key is not there or, told already, a secret stands there in clear.
    mutating func secret(_ name: String) -> SecretReference? {
        guard let node = node(name) else { return nil }
        if case .scalar(let text, _) = node.value, node.scalar != .null { return SecretReference(parsing: text) }
        log.add(
            "a reference to a secret is needed here, not \(node.kind)", at: node.position, key: trail(name),
            remedy: "write \(SecretReference.form)")
        return nil
    }

    /// The items of a list, each with the way to it; none where the key is not there.
    public mutating func list(_ name: String) -> [(node: ConfigurationNode, key: String)] {
        guard let node = node(name) else { return [] }
        guard case .sequence(let items) = node.value else {
            log.add(
                "a list is needed here, not \(node.kind)", at: node.position, key: trail(name),
                remedy: "begin each item with a hyphen on a line of its own, or write [a, b]")
            return []
        }
        return items.enumerated().map { (node: $1, key: "\(trail(name))[\($0)]") }
    }

    /// A list of texts.
    public mutating func texts(_ name: String, _ expected: String) -> [String] {
        list(name).compactMap { text($0.node, at: $0.key, expected) }
    }

    /// Keys that are names, with what stands below each; none where the key is not there.
    public mutating func named(_ name: String) -> [(member: ConfigurationNode.Member, key: String)] {
        guard let node = node(name) else { return [] }
        guard var reader = MappingReader(node, key: trail(name), log: log) else { return [] }
        return reader.all().map { (member: $0, key: reader.trail($0.key)) }
    }

    /// A text at a place.
    public func text(_ node: ConfigurationNode, at key: String, _ expected: String) -> String? {
        if case .text(let text) = node.scalar, !text.isEmpty { return text }
        let isScalar = node.scalar != nil && node.scalar != .null && node.scalar != .text("")
        log.add(
            "\(expected) is needed here, not \(node.scalar == .text("") ? "an empty text" : node.kind)",
            at: node.position, key: key,
            remedy: isScalar ? "put it into quotes" : "write \(expected)")
        return nil
    }

    /// A text at a place that means something.
    public func value<Value>(
        _ node: ConfigurationNode, at key: String, _ expected: String, _ parse: (String) -> Value?
    ) -> Value? {
        guard let text = text(node, at: key, expected) else { return nil }
        if let value = parse(text) { return value }
        let shown = text.count <= 80 ? "\"\(text)\"" : "this"
        log.add("\(shown) is not what is needed here", at: node.position, key: key, remedy: "write \(expected)")
        return nil
    }
}
