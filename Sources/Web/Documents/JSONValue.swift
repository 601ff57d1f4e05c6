internal import Model
internal import Scheduling

/// A JSON document in the making; members keep their order.
indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([(String, JSONValue)])
    /// A document that is JSON already.
    case raw([UInt8])

    /// Text, or null.
    static func optional(_ text: String?) -> JSONValue { text.map { .text($0) } ?? .null }
    /// A number, or null.
    static func optional(_ number: Double?) -> JSONValue { number.map { .number($0) } ?? .null }
    /// A whole number, or null.
    static func optional(_ number: Int64?) -> JSONValue { number.map { .integer($0) } ?? .null }
    /// A number of bytes, or null.
    static func optional(_ number: UInt64?) -> JSONValue { number.map { .unsigned($0) } ?? .null }

    /// An instant; nil where there is none.
    static func instant(_ instant: Instant?) -> JSONValue? { instant.map { .text($0.rfc3339) } }
    /// An instant.
    static func instant(_ instant: Instant) -> JSONValue { .text(instant.rfc3339) }
    /// An object of those members that have a value.
    static func members(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { member in member.1.map { (member.0, $0) } })
    }

    /// All of it as one line, with a line break at its end.
    var document: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(512)
        write(to: &out)
        out.append(10)
        return out
    }

    /// Writes it.
    func write(to out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .integer(let value): out += "\(value)".utf8
        case .unsigned(let value): out += "\(value)".utf8
        case .number(let value): JSONWriter.write(value, to: &out)
        case .text(let text): JSONWriter.quote(text, to: &out)
        case .raw(let bytes): out += bytes
        case .array(let values):
            out.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                value.write(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                JSONWriter.quote(member.0, to: &out)
                out.append(UInt8(ascii: ":"))
                member.1.write(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }
}
