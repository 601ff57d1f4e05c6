internal import Hashing

/// Puts the fields of a message together.
///
/// Numbers are LEB128 varints; signed ones are zigzag first.
struct MessageWriter {
    /// What was written so far.
    private(set) var bytes: [UInt8] = []

    /// An empty message.
    init() {}

    /// A message that begins with `kind`.
    init(_ kind: some RawRepresentable<UInt8>) { bytes.append(kind.rawValue) }

    /// Forgets what was written, and keeps the memory.
    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func number(_ value: Int) { number(UInt64(value)) }

    mutating func signed(_ value: Int64) { number(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    mutating func raw(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }

    mutating func raw(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

    /// Bytes with their count before them.
    mutating func counted(_ more: some Collection<UInt8>) {
        number(UInt64(more.count))
        bytes.append(contentsOf: more)
    }

    /// Text, cut to the most that a reader takes.
    mutating func text(_ text: String) { counted(text.utf8.prefix(ExchangeLimits.text)) }

    /// All 32 bytes of a digest, or the first `count`.
    mutating func digest(_ digest: Digest, count: Int = Digest.byteCount) {
        digest.withUnsafeBytes { bytes.append(contentsOf: $0.prefix(count)) }
    }
}
