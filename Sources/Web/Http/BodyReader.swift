internal import FoundationEssentials
internal import Model

/// The members of a JSON object that came as the body of a request.
struct BodyReader {
    /// A JSON value that was read.
    enum Value: Decodable, Sendable {
        case null
        case flag(Bool)
        case number(Double)
        case text(String)
        case list([Value])
        case object([String: Value])

        init(from decoder: any Decoder) throws {
            let box = try decoder.singleValueContainer()
            if box.decodeNil() {
                self = .null
            } else if let text = try? box.decode(String.self) {
                self = .text(text)
            } else if let number = try? box.decode(Double.self) {
                self = .number(number)
            } else if let flag = try? box.decode(Bool.self) {
                self = .flag(flag)
            } else if let list = try? box.decode([Value].self) {
                self = .list(list)
            } else {
                self = .object(try box.decode([String: Value].self))
            }
        }
    }

    private let members: [String: Value]
    private var asked: Set<String> = []

    /// Reads `bytes`.
    ///
    /// - Throws: `usage` for what is no JSON object.
    init(_ bytes: [UInt8]) throws {
        guard let value = try? JSONDecoder().decode(Value.self, from: Data(bytes)), case .object(let members) = value
        else {
            throw PerigeeError(
                .usage, "the body is no JSON object", at: "body", remedy: "send an object as the API describes it")
        }
        self.members = members
    }

    /// The members of an object within.
    init(_ value: Value, at place: String) throws {
        guard case .object(let members) = value else { throw Self.fault(place, "an object") }
        self.members = members
    }

    /// Text of at most `max` characters, counted as JSON Schema does; nil where it is not there.
    mutating func text(_ name: String, max: Int = 512) throws -> String? {
        asked.insert(name)
        guard let value = members[name] else { return nil }
        guard case .text(let text) = value, text.unicodeScalars.count <= max else {
            throw Self.fault(name, "text of at most \(max) characters")
        }
        return text
    }

    /// Text that must be there.
    mutating func neededText(_ name: String, max: Int = 512) throws -> String {
        guard let text = try text(name, max: max), !text.isEmpty else { throw Self.fault(name, "text") }
        return text
    }

    /// A number within a range; nil where it is not there.
    mutating func number(_ name: String, _ range: ClosedRange<Double>) throws -> Double? {
        asked.insert(name)
        guard let value = members[name] else { return nil }
        guard case .number(let number) = value, range.contains(number) else {
            throw Self.fault(name, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// True or false; nil where it is not there.
    mutating func flag(_ name: String) throws -> Bool? {
        asked.insert(name)
        guard let value = members[name] else { return nil }
        guard case .flag(let flag) = value else { throw Self.fault(name, "true or false") }
        return flag
    }

    /// A list of at most `max`; empty where it is not there.
    mutating func list(_ name: String, max: Int) throws -> [Value] {
        asked.insert(name)
        guard let value = members[name] else { return [] }
        guard case .list(let list) = value, list.count <= max else {
            throw Self.fault(name, "a list of at most \(max)")
        }
        return list
    }

    /// Refuses members that nobody asked for.
    func finish() throws {
        guard let other = members.keys.sorted().first(where: { !asked.contains($0) }) else { return }
        throw PerigeeError(
            .usage, "this member is not known", at: String(other.prefix(80)),
            remedy: asked.isEmpty ? "send {}" : "known are: \(asked.sorted().joined(separator: ", "))")
    }

    /// Text without zero bytes, which nothing here is called by; nil where it is not there.
    mutating func plainText(_ name: String, max: Int) throws -> String? {
        asked.insert(name)
        return try members[name].map { try Self.plainText($0, name, max: max) }
    }

    /// A value that is text of 1 to `max` characters without zero bytes.
    static func plainText(_ value: Value, _ name: String, max: Int) throws -> String {
        guard case .text(let text) = value, (1...max).contains(text.unicodeScalars.count), !text.utf8.contains(0) else {
            throw fault(name, "text of 1 to \(max) characters without zero bytes")
        }
        return text
    }

    /// What is wrong with a member.
    static func fault(_ name: String, _ expected: String) -> PerigeeError {
        PerigeeError(.usage, "\(expected) is needed", at: name, remedy: "write \(name) as the API describes it")
    }
}
