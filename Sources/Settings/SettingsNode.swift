internal import Model
internal import Yams

/// A value in a file of settings, with its place.
///
/// ```swift
/// let root = try SettingsNode(yaml: text, file: "perigee.yaml")
/// print(root.place, root.content)
/// ```
public struct SettingsNode: Sendable {
    /// What a value is.
    public indirect enum Content: Sendable {
        /// Nothing was written.
        case none
        /// A word, a number, a text.
        case scalar(String)
        /// Several values in their order.
        case list([SettingsNode])
        /// Values by name, in the order of the file.
        case table([Member])
    }

    /// A value with its name.
    public struct Member: Sendable {
        /// The name.
        public var key: String
        /// Where the name stands.
        public var place: SettingsPlace
        /// The value.
        public var value: SettingsNode

        /// A value with its name.
        public init(key: String, place: SettingsPlace, value: SettingsNode) {
            self.key = key
            self.place = place
            self.value = value
        }
    }

    /// A file may be so large.
    public static let sizeMax = 8 << 20
    /// A file may hold so many values, those behind aliases counted each time.
    public static let valuesMax = 500_000
    /// Values may stand so deep within each other.
    public static let depthMax = 64

    /// Where it stands.
    public var place: SettingsPlace
    /// What it is.
    public var content: Content

    /// A value made by a program.
    public init(place: SettingsPlace, content: Content) {
        self.place = place
        self.content = content
    }

    /// The value of a name; nil where this is no table, has no such name, or nothing is written there.
    public subscript(key: String) -> SettingsNode? {
        guard case .table(let members) = content, let node = members.first(where: { $0.key == key })?.value else {
            return nil
        }
        if case .none = node.content { return nil }
        return node
    }

    /// The word, number or text that this is; nil where it is none.
    public var text: String? {
        if case .scalar(let text) = content { return text }
        return nil
    }

    /// Reads a YAML document of the form `schema`: a table at its top.
    ///
    /// - Throws: what ``init(yaml:file:)`` throws, and `usage` where there is no table at the top.
    public init(yaml text: String, file: String, schema: String) throws {
        try self.init(yaml: text, file: file)
        let kind: String
        switch content {
        case .table: return
        case .list: kind = "a list"
        case .scalar: kind = "a single value"
        case .none: kind = "empty"
        }
        throw PerigeeError(
            .usage, "the document is \(kind), not a mapping of keys", at: "\(place)",
            remedy: "begin it with schema: \(schema), and write each key with its value on a line of its own")
    }

    /// Reads a YAML document.
    ///
    /// - Throws: `usage` with line and column where the text is no YAML, has a key twice, passes a limit, or holds
    ///   characters that a terminal would obey.
    public init(yaml text: String, file: String) throws {
        guard text.utf8.count <= Self.sizeMax else {
            throw PerigeeError(
                .usage, "it is larger than \(ByteCount(Self.sizeMax))", at: file,
                remedy: "split it, or drop what it repeats")
        }
        var count = 0
        do {
            // Words stay words until somebody asks for more: what kind of word each key is needs no thought.
            guard let node = try Yams.compose(yaml: text, .basic) else {
                self.init(place: SettingsPlace(file: file, line: 1, column: 1), content: .none)
                return
            }
            self = try Self.converted(node, file: file, path: "", depth: 0, count: &count)
        } catch let error as YamlError {
            throw Self.fault(error, file: file)
        }
    }

    private static func converted(
        _ node: Node, file: String, path: String, depth: Int, count: inout Int
    ) throws -> SettingsNode {
        let mark = node.mark
        let place = SettingsPlace(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, path: path)
        count += 1
        // The keys that lead so deep would fill a screen.
        guard depth <= depthMax else {
            throw tooDeep(at: SettingsPlace(file: file, line: place.line, column: place.column))
        }
        guard count <= valuesMax else {
            throw PerigeeError(
                .usage, "it holds more than \(valuesMax) values", at: "\(place)",
                remedy: "split it, and write it without aliases that repeat large parts")
        }
        switch node {
        case .scalar(let scalar):
            try check(scalar.string, hasLines: true, at: place)
            let isNothing = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            return SettingsNode(place: place, content: isNothing ? .none : .scalar(scalar.string))
        case .sequence(let sequence):
            var list: [SettingsNode] = []
            for (index, item) in sequence.enumerated() {
                list.append(
                    try converted(item, file: file, path: "\(path)[\(index)]", depth: depth + 1, count: &count))
            }
            return SettingsNode(place: place, content: .list(list))
        case .mapping(let mapping):
            return SettingsNode(
                place: place, content: .table(try members(mapping, file, path, depth: depth, count: &count)))
        case .alias: throw emptyAlias(at: place)
        }
    }

    private static func members(
        _ mapping: Node.Mapping, _ file: String, _ path: String, depth: Int, count: inout Int
    ) throws -> [Member] {
        var out: [Member] = []
        for (key, value) in mapping {
            let mark = key.mark
            var place = SettingsPlace(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, path: path)
            guard case .scalar(let name) = key else {
                throw PerigeeError(
                    .usage, "a key is no word", at: "\(place)", remedy: "write the key as a word or in quotes")
            }
            try check(name.string, hasLines: false, at: place)
            place.path = path.isEmpty ? name.string : "\(path).\(name.string)"
            let inner = try converted(value, file: file, path: place.path, depth: depth + 1, count: &count)
            out.append(Member(key: name.string, place: place, value: inner))
        }
        return out
    }

    /// - Throws: `usage` where `text` holds what would not be seen and change what is.
    private static func check(_ text: String, hasLines: Bool, at place: SettingsPlace) throws {
        guard let found = HiddenText.first(in: text, hasLines: hasLines) else { return }
        throw PerigeeError(
            .usage, "a name or text has the character \(found) in it, which cannot be seen and is obeyed by terminals",
            at: "\(place)", remedy: "write it without")
    }

    private static func tooDeep(at place: SettingsPlace) -> PerigeeError {
        PerigeeError(
            .usage, "the document is nested deeper than \(depthMax) levels", at: "\(place)",
            remedy: "write it flatter: what is deeper than that is no part of its form")
    }

    private static func emptyAlias(at place: SettingsPlace) -> PerigeeError {
        PerigeeError(
            .usage, "an alias stands here that names nothing", at: "\(place)", remedy: "write the value itself")
    }

    private static func fault(_ error: YamlError, file: String) -> PerigeeError {
        let remedy = "mend the YAML there: indentation by spaces, one key once, text with a colon in quotes"
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let place = SettingsPlace(file: file, line: mark.line, column: mark.column)
            // What is meant is said here in the words of the other faults, whatever the library calls it.
            if problem.contains("nesting level") { return tooDeep(at: place) }
            if problem.contains("undefined alias") { return emptyAlias(at: place) }
            if problem.contains("another document") {
                return PerigeeError(
                    .usage, "a second document begins here", at: "\(place)",
                    remedy: "keep one document in a file, and name several files")
            }
            return PerigeeError(.usage, "it is no YAML: \(problem)", at: "\(place)", remedy: remedy)
        case .duplicatedKeysInMapping(let names, let context):
            let mark = context.mark
            return PerigeeError(
                .usage, "the key \(names.joined(separator: ", ")) stands twice in one table",
                at: "\(file):\(mark.line):\(mark.column)", remedy: "keep one of them")
        default:
            return PerigeeError(.usage, "it is no YAML", at: file, remedy: remedy, cause: error)
        }
    }
}
