internal import Model

/// Reads the keys of a mapping, each of which must be known.
struct SectionReader {
    private let node: PlacedNode
    private let what: String
    private var asked: [String] = []

    /// A reader of `node`.
    ///
    /// - Throws: `usage` where that is no mapping.
    init(_ node: PlacedNode, _ what: String) throws(PerigeeError) {
        guard node.plainMembers != nil else {
            throw PerigeeError(
                .usage, "\(what) is no mapping", at: node.plainPlace, remedy: "write its keys as key: value, further in"
            )
        }
        self.node = node
        self.what = what
    }

    /// Where the mapping begins.
    var place: String { node.plainPlace }

    /// The value of a key; nil where it is not there.
    mutating func node(_ name: String) -> PlacedNode? {
        asked.append(name)
        return node[name]
    }

    /// What a key means; nil where it is not there.
    mutating func value<Value>(
        _ name: String, _ expected: String, _ read: (String) -> Value?
    ) throws(PerigeeError) -> Value? {
        guard let found = node(name) else { return nil }
        guard let text = found.plainText, let value = read(text) else {
            throw PerigeeError(
                .usage, found.plainText.map { "\"\($0)\" is no value for \(name)" } ?? "there is no value for \(name)",
                at: found.plainPlace, remedy: "write \(expected)")
        }
        return value
    }

    /// A text that is not empty.
    mutating func text(_ name: String, _ expected: String) throws(PerigeeError) -> String? {
        try value(name, expected) { $0.isEmpty ? nil : $0 }
    }

    /// A list of texts, or one text.
    mutating func texts(_ name: String, _ expected: String) throws(PerigeeError) -> [String] {
        guard let found = node(name) else { return [] }
        let items = found.plainItems ?? [found]
        let texts = items.compactMap(\.plainText)
        guard texts.count == items.count, !texts.contains("") else {
            throw PerigeeError(.usage, "\(name) is no list of texts", at: found.plainPlace, remedy: "write \(expected)")
        }
        return texts
    }

    /// A span of at most `most` seconds.
    mutating func seconds(_ name: String, most: Int64) throws(PerigeeError) -> Int64? {
        try value(name, "a span as 90s, 10m or 12h, of at most \(most) seconds") {
            Period(parsing: $0).flatMap { $0.seconds <= most ? $0.seconds : nil }
        }
    }

    /// True or false.
    mutating func flag(_ name: String) throws(PerigeeError) -> Bool? {
        try value(name, "true or false") { ["true": true, "false": false][$0] }
    }

    /// Refuses keys that nobody asked for, but `others`.
    func finish(but others: [String] = []) throws(PerigeeError) {
        for member in node.plainMembers ?? [] where !asked.contains(member.name) && !others.contains(member.name) {
            throw PerigeeError(
                .usage, "\(member.name) is not known in \(what)", at: member.place,
                remedy: "known are \((asked + others).sorted().joined(separator: ", "))")
        }
    }
}
