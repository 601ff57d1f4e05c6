internal import FoundationEssentials
internal import Model

/// Reading documents that were made elsewhere, for pages.
extension BodyReader.Value {
    /// The value of a document.
    ///
    /// - Throws: `format` for what is no JSON.
    init(document: [UInt8]) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(document))
        } catch {
            throw PerigeeError(.format, "the document is no JSON", remedy: "look into the log of the daemon")
        }
    }

    /// A member; null where there is none.
    subscript(name: String) -> Self {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    /// The values of a list; none for what is no list.
    var values: [Self] { if case .list(let values) = self { values } else { [] } }

    /// The members of an object, by name; none for what is no object.
    var members: [(name: String, value: Self)] {
        if case .object(let members) = self {
            members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        } else {
            []
        }
    }

    /// Text; empty for what is none.
    var string: String {
        switch self {
        case .text(let text): text
        case .number(let number): Tree.figure(number)
        default: ""
        }
    }

    /// A number, also one that was written as text.
    var double: Double? {
        switch self {
        case .number(let number): number
        case .text(let text): Double(text)
        default: nil
        }
    }

    /// Bytes.
    var bytes: UInt64? { double.flatMap { UInt64(exactly: $0.rounded()) } }
    /// Dollars, as text.
    var dollars: String { double.map { Words.dollars($0) } ?? "\u{2013}" }
}
