internal import Model

extension SiteExpression {
    /// An expression may be so long, in bytes.
    public static let lengthMax = 4096
    /// Parentheses and negations may stand so deep within each other.
    public static let depthMax = 64

    /// Reads an expression.
    ///
    /// - Throws: `usage`; the message shows the expression with a caret below the place.
    public init(parsing text: String) throws {
        guard text.utf8.count <= Self.lengthMax else {
            throw PerigeeError(
                .usage, "a site expression is longer than \(Self.lengthMax) bytes", remedy: "name a set for its values")
        }
        var parser = SiteExpressionParser(text)
        let node = try parser.whole()
        self.init(node: node, text: text, warnings: parser.warnings)
    }
}

/// Reads site expressions by recursive descent.
struct SiteExpressionParser {
    private let text: String
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private(set) var warnings: [String] = []

    init(_ text: String) {
        self.text = text
        scalars = Array(text.unicodeScalars)
    }

    mutating func whole() throws -> SiteExpression.Node {
        skip()
        if position == scalars.count {
            throw fault("nothing stands here", "write * for all sites, or attribute = value")
        }
        let node = try alternatives()
        if position < scalars.count {
            throw fault("this does not belong here", "join comparisons with & or |, and close what was opened")
        }
        return node
    }

    /// Reads `a | b | c`.
    private mutating func alternatives() throws -> SiteExpression.Node {
        let start = position
        var (node, mixes) = try conjunction()
        var isAlone = true
        while take("|") {
            isAlone = false
            let (next, isJoined) = try conjunction()
            if isJoined { mixes = true }
            node = .or(node, next)
        }
        if mixes, !isAlone {
            let part = String(String.UnicodeScalarView(scalars[start..<position]))
            warnings.append("in \"\(part)\", & and \\ bind more tightly than |; parentheses would say so")
        }
        return node
    }

    /// Reads `a & b \ c`, and says whether there was more than one.
    private mutating func conjunction() throws -> (SiteExpression.Node, Bool) {
        var node = try negation()
        var isJoined = false
        while true {
            if take("&") {
                node = .and(node, try negation())
            } else if take("\\") {
                node = .and(node, .not(try negation()))
            } else {
                return (node, isJoined)
            }
            isJoined = true
        }
    }

    private mutating func negation() throws -> SiteExpression.Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= SiteExpression.depthMax else {
            throw fault("this stands deeper than \(SiteExpression.depthMax) parentheses", "write it flatter")
        }
        if take("!") { return .not(try negation()) }
        if take("*") { return .all }
        if take("(") {
            let inner = try alternatives()
            guard take(")") else { throw fault("a ) is missing", "close the parenthesis") }
            return inner
        }
        return try comparison()
    }

    private mutating func comparison() throws -> SiteExpression.Node {
        guard let key = word() else {
            throw fault("an attribute is needed here", "write attribute = value, a parenthesis, or *")
        }
        for comparison in ["!=", "<=", ">=", "==", "=", "<", ">"] where take(comparison) {
            let kind = SiteExpression.Comparison(rawValue: comparison == "==" ? "=" : comparison) ?? .equal
            return .compare(key, kind, try value())
        }
        let start = position
        guard let keyword = word(), keyword == "in" else {
            position = start
            throw fault("a comparison is needed here", "write =, !=, <, <=, >, >= or in behind \(key)")
        }
        if take("@") {
            guard let name = word(stoppingAtColon: true) else {
                throw fault("the name of a set is needed here", "write it behind @, as in @eea")
            }
            guard take(":", spaced: false) else { return .inSet(key, name: name, date: nil) }
            guard let date = word() else { throw fault("a date is needed here", "write it as @\(name):2026-11") }
            return .inSet(key, name: name, date: date)
        }
        guard take("{") else { throw fault("a list or a set is needed here", "write in {DE, FR} or in @eea") }
        var values: [String] = []
        repeat { values.append(try value()) } while take(",")
        guard take("}") else { throw fault("a } is missing", "close the list, and set commas between its values") }
        return .isIn(key, values)
    }

    private mutating func value() throws -> String {
        guard position < scalars.count, scalars[position] == "\"" || scalars[position] == "'" else {
            if let word = word() { return word }
            throw fault("a value is needed here", "write a word, a number or a text in quotes")
        }
        let start = position
        let quote = scalars[position]
        position += 1
        var out = String.UnicodeScalarView()
        while position < scalars.count, scalars[position] != quote {
            out.append(scalars[position])
            position += 1
        }
        guard position < scalars.count else {
            position = start
            throw fault("the quote that opens here is never closed", "close it")
        }
        position += 1
        skip()
        return String(out)
    }

    private mutating func word(stoppingAtColon: Bool = false) -> String? {
        var out = String.UnicodeScalarView()
        while position < scalars.count, Self.isWord(scalars[position]), !(stoppingAtColon && scalars[position] == ":") {
            out.append(scalars[position])
            position += 1
        }
        if !stoppingAtColon { skip() } else if position >= scalars.count || scalars[position] != ":" { skip() }
        return out.isEmpty ? nil : String(out)
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", ":", "/", "+": true
        default: scalar.value > 0x7f && scalar.properties.isAlphabetic
        }
    }

    private mutating func take(_ sign: String, spaced: Bool = true) -> Bool {
        let wanted = Array(sign.unicodeScalars)
        guard scalars.count - position >= wanted.count, Array(scalars[position..<position + wanted.count]) == wanted
        else {
            return false
        }
        position += wanted.count
        if spaced { skip() }
        return true
    }

    private mutating func skip() {
        while position < scalars.count,
            scalars[position] == " " || scalars[position] == "\t" || scalars[position] == "\n"
        {
            position += 1
        }
    }

    private func fault(_ message: String, _ remedy: String) -> PerigeeError {
        let caret = String(repeating: " ", count: position) + "^"
        let flat = String(text.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
        return PerigeeError(.usage, "\(message)\n    \(flat)\n    \(caret)", remedy: remedy)
    }
}
