/// Writes a JSON document member by member, where there is no need to hold it as values first.
package struct JSONWriter {
    /// What was written.
    package var bytes: [UInt8] = []
    /// Whether a value stands before the next one in the same list or object.
    private var follows = false

    /// Nothing yet; there will be about `count` bytes.
    package init(expecting count: Int) { bytes.reserveCapacity(count) }

    /// Writes an object whose members `body` writes, as a member of that name or, without one, of a list.
    package mutating func object(_ name: StaticString? = nil, _ body: (inout JSONWriter) -> Void) {
        nested(name, UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    /// Writes a list.
    package mutating func list(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        nested(name, UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    /// Writes text, as a member of that name or, without one, of a list; none for nil.
    package mutating func text(_ name: StaticString?, _ value: String?) {
        guard let value else { return }
        begin(name)
        Self.quote(value, to: &bytes)
    }

    /// Writes a member that is a whole number; none for nil.
    package mutating func number<Number: FixedWidthInteger>(_ name: StaticString, _ value: Number?) {
        guard let value else { return }
        begin(name)
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = value.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// Writes a member that is a number; none for nil.
    package mutating func number(_ name: StaticString, _ value: Double?) {
        guard let value else { return }
        begin(name)
        Self.write(value, to: &bytes)
    }

    /// Writes a member that is true or false; none for nil.
    package mutating func flag(_ name: StaticString, _ value: Bool?) {
        guard let value else { return }
        begin(name)
        bytes += (value ? "true" : "false").utf8
    }

    /// Begins a member of that name or, without one, of a list: its value is to be appended.
    package mutating func begin(_ name: StaticString?) {
        if follows { bytes.append(UInt8(ascii: ",")) }
        follows = true
        guard let name else { return }
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

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

    /// Writes `value`; JSON has no word for what is no number.
    package static func write(_ value: Double, to out: inout [UInt8]) {
        out += (value.isFinite ? "\(value)" : "null").utf8
    }

    /// Writes `text` with quotes and escapes.
    package static func quote(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
            out.append(contentsOf: text.utf8)
            out.append(UInt8(ascii: "\""))
            return
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): out += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\\"): out += [byte, byte]
            case 0x0a: out += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0..<0x20:
                let hex = Array("0123456789abcdef".utf8)
                out += "\\u00".utf8
                out += [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
