/// Which sites are meant: `country in {DE, FR} & !(owner = us)`, `jurisdiction in @eea | tier >= 3`, `*`.
///
/// `&` and the difference `\` bind more tightly than `|`, and `!` more tightly than these. A comparison with an attribute
/// that a site does not state is unknown, and so is what depends on it; a site is meant only where the whole is known to
/// be true. So a site that keeps quiet about where it is passes no test, neither a plain one nor a negated one.
public struct SiteExpression: Hashable, Sendable, CustomStringConvertible {
    /// How an attribute is compared.
    public enum Comparison: String, Hashable, Sendable {
        /// The same text.
        case equal = "="
        /// Another text.
        case unequal = "!="
        /// A smaller number.
        case less = "<"
        /// A smaller number, or the same.
        case lessOrEqual = "<="
        /// A larger number.
        case greater = ">"
        /// A larger number, or the same.
        case greaterOrEqual = ">="
    }

    /// The tree of an expression.
    indirect enum Node: Hashable, Sendable {
        case all
        case compare(String, Comparison, String)
        case isIn(String, [String])
        case inSet(String, name: String, date: String?)
        case not(Node)
        case and(Node, Node)
        case or(Node, Node)
    }

    let node: Node
    /// The expression as it was written.
    public let text: String
    /// What deserves a look in it, a sentence each.
    public let warnings: [String]

    init(node: Node, text: String, warnings: [String]) {
        self.node = node
        self.text = text
        self.warnings = warnings
    }

    /// All sites.
    public static let all = SiteExpression(node: .all, text: "*", warnings: [])

    /// As it was written.
    public var description: String { text }

    /// The named sets that it speaks of.
    public var sets: [(name: String, date: String?)] { Self.sets(node) }

    private static func sets(_ node: Node) -> [(name: String, date: String?)] {
        switch node {
        case .all, .compare, .isIn: []
        case .inSet(_, let name, let date): [(name, date)]
        case .not(let inner): sets(inner)
        case .and(let a, let b), .or(let a, let b): sets(a) + sets(b)
        }
    }
}

extension SiteExpression {
    /// What an expression says of a site.
    public enum Truth: Hashable, Sendable {
        /// The site is meant.
        case yes
        /// It is not.
        case no
        /// It does not state an attribute that this depends on.
        case unknown
    }

    /// What came out, and the attribute that decided where it was not `yes`.
    public struct Finding: Hashable, Sendable {
        /// Whether the site is meant.
        public var truth: Truth
        /// The comparison that failed, with what the site says: `jurisdiction=US, not in @eea`.
        public var because: String?
    }

    /// Judges a site by its attributes.
    ///
    /// - Parameter sets: what named sets hold; one that is not there makes its comparison unknown.
    public func judge(_ attributes: [String: String], sets: NamedSets) -> Finding {
        Self.judge(node, attributes, sets)
    }

    private static func judge(_ node: Node, _ site: [String: String], _ sets: NamedSets) -> Finding {
        switch node {
        case .all: return Finding(truth: .yes)
        case .compare(let key, let comparison, let wanted):
            return leaf(key, site, "\(comparison.rawValue) \(wanted)") { compare($0, comparison, wanted) }
        case .isIn(let key, let values):
            return leaf(key, site, "in {\(values.joined(separator: ", "))}") { values.contains($0) }
        case .inSet(let key, let name, let date):
            let written = "in @\(name)\(date.map { ":" + $0 } ?? "")"
            guard let values = sets.values(name, at: date) else {
                return Finding(truth: .unknown, because: "@\(name) is no known set")
            }
            return leaf(key, site, written) { values.contains($0) }
        case .not(let inner):
            let found = judge(inner, site, sets)
            switch found.truth {
            case .yes: return Finding(truth: .no, because: found.because ?? "the negated part holds")
            case .no: return Finding(truth: .yes, because: found.because)
            case .unknown: return found
            }
        case .and(let a, let b):
            let (x, y) = (judge(a, site, sets), judge(b, site, sets))
            if x.truth == .no { return x }
            if y.truth == .no { return y }
            return x.truth == .unknown ? x : y
        case .or(let a, let b):
            let (x, y) = (judge(a, site, sets), judge(b, site, sets))
            if x.truth == .yes { return x }
            if y.truth == .yes { return y }
            let because = [x.because, y.because].compactMap { $0 }.joined(separator: "; ")
            return Finding(truth: x.truth == .unknown ? .unknown : y.truth, because: because)
        }
    }

    private static func leaf(
        _ key: String, _ site: [String: String], _ wanted: String, _ test: (String) -> Bool?
    ) -> Finding {
        guard let has = site[key] else {
            return Finding(truth: .unknown, because: "\(key) is not stated, \(wanted) is asked")
        }
        guard let holds = test(has) else {
            return Finding(truth: .unknown, because: "\(key)=\(has) is no number, \(wanted) is asked")
        }
        return Finding(
            truth: holds ? .yes : .no, because: holds ? "\(key)=\(has)" : "\(key)=\(has), \(wanted) is asked")
    }

    private static func compare(_ has: String, _ comparison: Comparison, _ wanted: String) -> Bool? {
        switch comparison {
        case .equal: return has == wanted
        case .unequal: return has != wanted
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard let a = Double(has), let b = Double(wanted) else { return nil }
            switch comparison {
            case .less: return a < b
            case .lessOrEqual: return a <= b
            case .greater: return a > b
            default: return a >= b
            }
        }
    }
}
