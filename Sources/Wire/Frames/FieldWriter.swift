/// Builds the fields of a payload: little-endian numbers, bytes, and texts with their length before them.
public struct FieldWriter {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// Nothing yet.
    public init() {}

    /// Appends a number, little-endian.
    public mutating func number(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends bytes as they are.
    public mutating func raw(_ value: some Sequence<UInt8>) { bytes.append(contentsOf: value) }

    /// Appends a text with its length before it in two bytes; what is beyond `limit` bytes is cut off.
    public mutating func text(_ value: String, limit: Int = Int(UInt16.max)) {
        var kept = value.utf8.prefix(min(limit, Int(UInt16.max)))
        // A character that was cut in two goes whole.
        while String(kept) == nil { kept = kept.dropLast() }
        number(UInt16(kept.count))
        bytes.append(contentsOf: kept)
    }
}
