internal import Yams

/// Reads YAML into nodes: one document, no aliases, no tags, no key twice, within ``ConfigurationLimits``.
struct YAMLReader {
    private let log: FaultLog
    private var nodes = 0
    /// The keys that were given before, by where they stand again.
    private var repeated: [Position: String] = [:]

    /// A reader that tells `log` of what is wrong.
    init(_ log: FaultLog) { self.log = log }

    /// The document of `bytes`; nil where it is no mapping of keys, and all that is wrong is in the log then.
    mutating func read(_ bytes: [UInt8]) -> ConfigurationNode? {
        func fault(_ message: String, at position: Position = .start) -> ConfigurationFault {
            ConfigurationFault(message, at: position, key: "", remedy: "begin with: version: 1")
        }
        do throws(ConfigurationFault) {
            var text = try YAMLText(bytes)
            guard let root = try parse(&text) else { throw fault("the file says nothing") }
            guard let node = convert(root, depth: 0, key: "") else { return nil }
            if case .mapping = node.value { return node }
            if node.scalar == .null { throw fault("the file says nothing") }
            throw fault("the document is \(node.kind), not a mapping of keys", at: node.position)
        } catch {
            log.add(error)
            return nil
        }
    }

    /// Parses `text`, again where a key was given twice: each such is told by itself.
    private mutating func parse(_ text: inout YAMLText) throws(ConfigurationFault) -> Node? {
        for _ in 0...ConfigurationLimits.duplicates {
            do {
                return try Parser(yaml: text.text, resolver: .basic, encoding: .utf8).singleRoot()
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                try mark(keys, Position(context.mark), &text)
            } catch let error as YamlError {
                throw ConfigurationFault(error)
            } catch {
                throw ConfigurationFault("it is no YAML: \(error)", at: .start, key: "", remedy: "check the file")
            }
        }
        throw ConfigurationFault(
            "more keys than \(ConfigurationLimits.duplicates) are given twice", at: .start, key: "",
            remedy: "keep one of each")
    }

    private mutating func mark(_ keys: [String], _ first: Position, _ text: inout YAMLText) throws(ConfigurationFault) {
        // The parser tells the place of the first of the keys only; the others have their turn when it is called again.
        for key in keys {
            guard let place = text.mark(key, after: first) else { continue }
            repeated[place] = YAMLText.restored(key)
            return
        }
        throw ConfigurationFault(
            "the key is given twice", at: first, key: YAMLText.restored(keys.first ?? ""), remedy: "keep one of the two"
        )
    }

    private mutating func convert(_ node: Node, depth: Int, key: String) -> ConfigurationNode? {
        let position = Position(node.mark)
        nodes += 1
        guard nodes <= ConfigurationLimits.nodes else {
            if nodes == ConfigurationLimits.nodes + 1 {
                log.add(
                    "there are more than \(ConfigurationLimits.nodes) values", at: position, key: key,
                    remedy: "keep what is not configuration elsewhere")
            }
            return nil
        }
        guard depth <= ConfigurationLimits.depth else {
            log.add(.tooDeep(at: position))
            return nil
        }
        switch node {
        case .scalar(let scalar): return self.scalar(scalar, position, key)
        case .sequence(let items):
            var out: [ConfigurationNode] = []
            for (index, item) in items.enumerated() {
                if let item = convert(item, depth: depth + 1, key: "\(key)[\(index)]") { out.append(item) }
            }
            return ConfigurationNode(.sequence(out), at: position)
        case .mapping(let pairs): return mapping(pairs, position, depth, key)
        case .alias: return alias(position, key)
        }
    }

    private func scalar(_ scalar: Node.Scalar, _ position: Position, _ key: String) -> ConfigurationNode? {
        let isPlain = scalar.style == .plain || scalar.style == .any
        if isPlain, scalar.string.unicodeScalars.first == YAMLText.star { return alias(position, key) }
        if !["", "tag:yaml.org,2002:str", "!"].contains(scalar.tag.description) {
            log.add(
                "a tag is not read here: \(scalar.tag.description)", at: position, key: key,
                remedy: "write the value alone, in quotes where it is a text")
            return nil
        }
        if scalar.string.unicodeScalars.contains("\0") || scalar.string.unicodeScalars.count > ConfigurationLimits.text
        {
            log.add(
                "the text is longer than \(ConfigurationLimits.text) characters, or has a zero character", at: position,
                key: key, remedy: "shorten it")
            return nil
        }
        return ConfigurationNode(.scalar(YAMLText.restored(scalar.string), isPlain: isPlain), at: position)
    }

    private func alias(_ position: Position, _ key: String) -> ConfigurationNode? {
        log.add(
            "an alias is not read here", at: position, key: key,
            remedy: "write the value itself; put a text that begins with * into quotes")
        return nil
    }

    private mutating func mapping(
        _ pairs: Node.Mapping, _ position: Position, _ depth: Int, _ key: String
    ) -> ConfigurationNode {
        var members: [ConfigurationNode.Member] = []
        for (name, value) in pairs {
            let place = Position(name.mark)
            if let before = repeated[place] {
                log.add(
                    "the key is given twice", at: place, key: KeyTrail.joined(key, before),
                    remedy: "keep one of the two")
                continue
            }
            guard case .scalar(let scalar) = name, let text = self.scalar(scalar, place, key),
                case .scalar(let word, _) = text.value
            else {
                if case .scalar = name { continue }
                log.add("a key is one word", at: place, key: key, remedy: "write key: value")
                continue
            }
            guard let value = convert(value, depth: depth + 1, key: KeyTrail.joined(key, word)) else { continue }
            members.append(.init(key: word, position: place, value: value))
        }
        return ConfigurationNode(.mapping(members), at: position)
    }
}

extension Position {
    fileprivate init(_ mark: Mark?) { self.init(line: mark?.line ?? 1, column: mark?.column ?? 1) }
}

extension ConfigurationFault {
    /// What the parser says.
    fileprivate init(_ error: YamlError) {
        let remedy = "mend the line; a text with : # * or { in it goes into quotes"
        switch error {
        case .parser(_, let problem, let mark, _) where problem.contains("nesting level"):
            // The parser has a limit of its own, far beyond that of configurations.
            self = .tooDeep(at: Position(mark))
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            self.init("it is no YAML: \(problem)", at: Position(mark), key: "", remedy: remedy)
        case .composer(_, _, let mark, _):
            self.init(
                "a second document begins here", at: Position(mark), key: "", remedy: "one file holds one document")
        default:
            self.init("it is no YAML", at: .start, key: "", remedy: remedy)
        }
    }

    /// What stands deeper than ``ConfigurationLimits/depth``; the keys that lead there would fill a screen.
    fileprivate static func tooDeep(at position: Position) -> ConfigurationFault {
        ConfigurationFault(
            "the document is nested deeper than \(ConfigurationLimits.depth) levels", at: position, key: "",
            remedy: "keep what is not configuration elsewhere")
    }
}

extension ConfigurationNode {
    /// The document that `bytes` are in YAML; nil where they are none, and all that is wrong is in `log` then.
    ///
    /// One document, no aliases, no tags, no key twice, within ``ConfigurationLimits``.
    public static func read(_ bytes: [UInt8], _ log: FaultLog) -> ConfigurationNode? {
        var reader = YAMLReader(log)
        return reader.read(bytes)
    }
}
