internal import Model

/// Reads the fixed fields of a blob that may be hostile: every length is checked before it is used.
struct FieldReader {
    private let bytes: [UInt8]
    private let end: Int
    /// Where the next field begins.
    private(set) var position = 0
    private let place: String

    /// A reader of the first `count` of `bytes` (all, unless said), which were found at `place`.
    init(_ bytes: [UInt8], count: Int? = nil, at place: String) {
        self.bytes = bytes
        self.end = min(count ?? bytes.count, bytes.count)
        self.place = place
    }

    /// How many bytes are left.
    var remaining: Int { end - position }

    mutating func raw(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw damaged("ends too early") }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(_: Number.Type) throws -> Number {
        try raw(MemoryLayout<Number>.size).reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    mutating func text(limit: Int) throws -> String {
        let count = Int(try number(UInt16.self))
        guard count <= limit else { throw damaged("has a text of \(count) bytes, more than \(limit)") }
        guard let text = String(validating: try raw(count), as: UTF8.self) else {
            throw damaged("has a text that is not UTF-8")
        }
        return text
    }

    mutating func magic(_ expected: StaticString) throws {
        let wanted = UnsafeBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount)
        guard try raw(wanted.count).elementsEqual(wanted) else { throw damaged("does not begin with \(expected)") }
    }

    /// - Throws: `format` where the next number is not a version this program knows.
    mutating func version(_ known: UInt32) throws {
        let found = try number(UInt32.self)
        guard found == known else {
            throw PerigeeError(
                .format, "format version \(found) is not known; this program reads version \(known)", at: place,
                remedy: "use a newer perigee")
        }
    }

    /// - Throws: `damaged` where bytes are left over.
    func finish() throws {
        guard remaining == 0 else { throw damaged("has \(remaining) bytes too many") }
    }

    func damaged(_ what: String) -> PerigeeError { PerigeeError(.damaged, "the blob \(what)", at: place) }
}
