/// A number of bytes.
///
/// Printed in binary units with one decimal (`1.5 GiB`), exact where it is small; JSON carries the plain integer.
public struct ByteCount: Hashable, Comparable, Sendable, Codable, AdditiveArithmetic {
    /// The count.
    public var bytes: UInt64

    /// A count of `bytes`.
    public init(_ bytes: UInt64) { self.bytes = bytes }

    /// A count of `bytes`, which is not negative.
    public init(_ bytes: Int) { self.bytes = UInt64(bytes) }

    /// Reads `4096`, `64KiB`, `64K`, `1.5 GiB` or `10MB`; K, M, G, T and P alone are binary, KB, MB and so on are decimal.
    ///
    /// - Returns: nil where the text is not a size, or does not fit 63 bits.
    public init?(parsing text: String) {
        guard let value = Quantity(parsing: text) else { return nil }
        let factors: [String: Double] = [
            "": 1, "b": 1,
            "k": 0x1p10, "kib": 0x1p10, "kb": 1e3,
            "m": 0x1p20, "mib": 0x1p20, "mb": 1e6,
            "g": 0x1p30, "gib": 0x1p30, "gb": 1e9,
            "t": 0x1p40, "tib": 0x1p40, "tb": 1e12,
            "p": 0x1p50, "pib": 0x1p50, "pb": 1e15,
        ]
        guard let factor = factors[value.unit.lowercased()] else { return nil }
        let product = (value.number * factor).rounded()
        guard product >= 0, product < 0x1p63 else { return nil }
        self.bytes = UInt64(product)
    }

    /// No bytes.
    public static let zero = ByteCount(UInt64(0))

    /// Orders by count.
    public static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }

    /// The sum; traps on overflow.
    public static func + (a: ByteCount, b: ByteCount) -> ByteCount { ByteCount(a.bytes + b.bytes) }

    /// The difference; traps where it would be negative.
    public static func - (a: ByteCount, b: ByteCount) -> ByteCount { ByteCount(a.bytes - b.bytes) }

    /// Decodes a plain integer.
    public init(from decoder: any Decoder) throws {
        bytes = try decoder.singleValueContainer().decode(UInt64.self)
    }

    /// Encodes a plain integer.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }
}

extension ByteCount: CustomStringConvertible {
    /// The count in the largest binary unit that keeps it at or above one: `0 B`, `17.2 KiB`, `2.0 GiB`.
    public var description: String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        var value = Double(bytes) / 1024
        var unit = 0
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        while value >= 999.95, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(Quantity.decimal(value, places: 1)) \(units[unit])"
    }
}
