internal import Model
internal import Scheduling

extension JSONWriter {
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
        Self.quote(value.schedule, to: &bytes)
        bytes[bytes.count - 1] = UInt8(ascii: "@")
        write(value.due)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Ends the document with a line break.
    mutating func end() { bytes.append(10) }

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
