/// Builds the fixed fields of a blob: little-endian numbers, bytes, and texts with their length before them.
struct FieldWriter {
    /// What was written so far.
    private(set) var bytes: [UInt8] = []

    mutating func number<Number: FixedWidthInteger>(_ value: Number) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func raw(_ value: some Sequence<UInt8>) { bytes.append(contentsOf: value) }

    mutating func magic(_ value: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }

    /// A text of at most 65,535 bytes; longer ones are the caller's mistake.
    mutating func text(_ value: String) {
        precondition(value.utf8.count <= Int(UInt16.max), "a text field has at most 65,535 bytes")
        number(UInt16(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }
}
