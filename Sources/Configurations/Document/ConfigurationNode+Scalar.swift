extension ConfigurationNode {
    /// What a scalar means.
    public enum Scalar: Sendable, Equatable {
        /// Nothing: left empty, `~` or `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A whole number.
        case integer(Int)
        /// Another number.
        case number(Double)
        /// A text.
        case text(String)
    }

    /// What this scalar means by the core schema of YAML 1.2; nil where this is a list or a mapping.
    ///
    /// So `no`, `on` and `22:00` are texts, as is whatever stands in quotes.
    public var scalar: Scalar? {
        guard case .scalar(let text, let isPlain) = value else { return nil }
        guard isPlain else { return .text(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        let isSigned = text.hasPrefix("-") || text.hasPrefix("+")
        let digits = isSigned ? text.dropFirst() : text[...]
        if !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // One that fits no integer is a number all the same.
            return Int(text).map { .integer($0) } ?? Double(text).map { .number($0) } ?? .text(text)
        }
        return Self.isDecimal(digits) ? Double(text).map { .number($0) } ?? .text(text) : .text(text)
    }

    /// Whether `text` is digits with a point, an exponent or both.
    private static func isDecimal(_ text: Substring) -> Bool {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        func isDigits(_ part: Substring) -> Bool { part.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard mantissa.allSatisfy(isDigits), mantissa.contains(where: { !$0.isEmpty }) else { return false }
        guard parts.count == 2 else { return mantissa.count == 2 }
        var exponent = parts[1]
        if exponent.hasPrefix("-") || exponent.hasPrefix("+") { exponent.removeFirst() }
        return !exponent.isEmpty && isDigits(exponent)
    }

    /// What it is, for messages: `a list`, `a number`.
    var kind: String {
        switch value {
        case .sequence: return "a list"
        case .mapping: return "keys with values"
        case .scalar: break
        }
        switch scalar {
        case .null, nil: return "nothing"
        case .bool: return "true or false"
        case .integer, .number: return "a number"
        case .text: return "a text"
        }
    }
}

extension ConfigurationNode: Encodable {
    /// Encodes it as JSON would say it.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.singleValueContainer()
        switch value {
        case .sequence(let items): try box.encode(items)
        case .mapping(let members):
            // As a dictionary, whose keys no strategy of an encoder changes.
            try box.encode(Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first })
        case .scalar:
            switch scalar {
            case .null, nil: try box.encodeNil()
            case .bool(let value): try box.encode(value)
            case .integer(let value): try box.encode(value)
            case .number(let value): try box.encode(value)
            case .text(let value): try box.encode(value)
            }
        }
    }
}
