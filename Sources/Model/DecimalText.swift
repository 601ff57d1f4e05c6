/// Decimal numbers as people write them, without a detour by way of binary fractions.
public enum DecimalText {
    /// `text` times 10 to the power `places`, exactly; `2.5e-05` is read too.
    ///
    /// - Returns: nil where the text is no number, is negative, has more decimals than that, or is too large.
    public static func scaled(_ text: some StringProtocol, places: Int) -> Int128? {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        guard let mantissa = parts.first, parts.count <= 2, let exponent = parts.count == 2 ? Int(parts[1]) : 0,
            (-40...40).contains(exponent)
        else { return nil }
        let sides = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        guard sides.count <= 2, let whole = sides.first, !whole.isEmpty || (sides.last?.isEmpty == false) else {
            return nil
        }
        let fraction = sides.count == 2 ? sides[1] : ""
        let digits = Array(whole.utf8) + Array(fraction.utf8)
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return value(digits, shift: places + exponent - fraction.utf8.count)
    }

    /// The number that `digits` write, times 10 to the power `shift`; nil where that is not whole or too large.
    private static func value(_ digits: [UInt8], shift: Int) -> Int128? {
        var digits = digits
        if shift > 0 { digits += [UInt8](repeating: 0x30, count: shift) }
        for _ in 0..<max(0, -shift) {
            guard (digits.popLast() ?? 0x30) == 0x30 else { return nil }
        }
        var value: Int128 = 0
        for digit in digits {
            guard value < Int128(1) << 120 else { return nil }
            value = value * 10 + Int128(digit - 0x30)
        }
        return value
    }
}
