/// A number of bytes in a second.
public struct ByteRate: Hashable, Comparable, Sendable, Codable {
    /// Bytes in a second; positive and finite.
    public let bytesPerSecond: Double

    /// A rate; `bytesPerSecond` is positive and finite.
    public init(bytesPerSecond: Double) {
        precondition(bytesPerSecond > 0 && bytesPerSecond.isFinite, "a rate is positive and finite")
        self.bytesPerSecond = bytesPerSecond
    }

    /// Reads `50MB/s`, `1Gbit/s`, `100MiB/s`, `2.5Gbps`; a bare size (`50M`) is taken as bytes in a second.
    ///
    /// - Returns: nil where the text is not a rate, or the rate is zero or more than a number holds.
    public init?(parsing text: String) {
        guard let value = Quantity(parsing: text), value.number > 0 else { return nil }
        var unit = value.unit.lowercased()
        if unit.hasSuffix("bps") { unit = unit.dropLast(3) + "bit/s" }
        if unit.hasSuffix("/s") { unit.removeLast(2) }
        let bits = unit.hasSuffix("bit")
        if bits {
            unit.removeLast(3)
            let factors: [String: Double] = ["": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12]
            guard let factor = factors[unit] else { return nil }
            self.init(positive: value.number * factor / 8)
        } else {
            guard let one = ByteCount(parsing: "1" + unit) else { return nil }
            self.init(positive: value.number * Double(one.bytes))
        }
    }

    private init?(positive number: Double) {
        guard number > 0, number.isFinite else { return nil }
        bytesPerSecond = number
    }

    /// Orders by rate.
    public static func < (a: ByteRate, b: ByteRate) -> Bool { a.bytesPerSecond < b.bytesPerSecond }

    /// The seconds that `count` takes at this rate.
    public func seconds(for count: ByteCount) -> Double { Double(count.bytes) / bytesPerSecond }
}

extension ByteRate: CustomStringConvertible {
    /// The rate in binary units: `1.2 GiB/s`.
    public var description: String { "\(ByteCount(UInt64(min(bytesPerSecond, 0x1p63).rounded())))/s" }
}
