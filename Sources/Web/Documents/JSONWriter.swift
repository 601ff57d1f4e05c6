internal import Model
internal import Scheduling

/// Writes a JSON document member by member, where there is no need to hold it as values first.
struct JSONWriter {
    /// What was written.
    private(set) var bytes: [UInt8] = []
    /// Whether a value stands before the next one in the same list or object.
    private var follows = false

    /// Nothing yet; there will be about `count` bytes.
    init(expecting count: Int) { bytes.reserveCapacity(count) }

    /// Writes an object whose members `body` writes, as a member of that name or, without one, of a list.
    mutating func object(_ name: StaticString? = nil, _ body: (inout JSONWriter) -> Void) {
        nested(name, UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    /// Writes a list.
    mutating func list(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        nested(name, UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    /// Writes a member that is text; none for nil.
    mutating func text(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        begin(name)
        JSONValue.write(value, to: &bytes)
    }

    /// Writes a member that is a whole number; none for nil.
    mutating func number<Number: FixedWidthInteger>(_ name: StaticString, _ value: Number?) {
        guard let value else { return }
        begin(name)
        write(value)
    }

    /// Writes a member that is a number; none for nil.
    mutating func number(_ name: StaticString, _ value: Double?) {
        guard let value else { return }
        begin(name)
        JSONValue.number(value).write(to: &bytes)
    }

    /// Writes a member that is an instant; none for nil.
    mutating func instant(_ name: StaticString, _ value: Instant?) {
        guard let value else { return }
        begin(name)
        bytes.append(UInt8(ascii: "\""))
        write(value)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a member that is the name of a run.
    mutating func run(_ name: StaticString, _ value: RunID) {
        begin(name)
        JSONValue.write(value.schedule, to: &bytes)
        bytes[bytes.count - 1] = UInt8(ascii: "@")
        write(value.due)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Ends the document with a line break.
    mutating func end() { bytes.append(10) }

    private mutating func nested(
        _ name: StaticString?, _ opening: UInt8, _ closing: UInt8, _ body: (inout JSONWriter) -> Void
    ) {
        begin(name)
        bytes.append(opening)
        follows = false
        body(&self)
        bytes.append(closing)
        follows = true
    }

    private mutating func begin(_ name: StaticString?) {
        if follows { bytes.append(UInt8(ascii: ",")) }
        follows = true
        guard let name else { return }
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// Writes a whole number by its digits.
    private mutating func write<Number: FixedWidthInteger>(_ value: Number) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = value.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// Writes an instant as RFC 3339 has it.
    private mutating func write(_ instant: Instant) {
        let second = ((instant.seconds % 86_400) + 86_400) % 86_400
        let date = CivilDate(daysSince1970: (instant.seconds - second) / 86_400)
        guard (0...9999).contains(date.year) else { return bytes.append(contentsOf: instant.rfc3339.utf8) }
        digits(date.year / 100)
        digits(date.year % 100)
        bytes.append(UInt8(ascii: "-"))
        digits(date.month)
        bytes.append(UInt8(ascii: "-"))
        digits(date.day)
        bytes.append(UInt8(ascii: "T"))
        digits(second / 3600)
        bytes.append(UInt8(ascii: ":"))
        digits(second / 60 % 60)
        bytes.append(UInt8(ascii: ":"))
        digits(second % 60)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Writes two digits of a number below 100.
    private mutating func digits(_ value: Int64) {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10))
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}
