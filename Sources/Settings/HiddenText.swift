/// Characters that show nothing of themselves and change how the rest is shown: a terminal would obey them.
enum HiddenText {
    /// The first of them in `text`, as `U+001B`; nil where there is none.
    ///
    /// - Parameter hasLines: whether `text` may have several lines, and tabs in them.
    static func first(in text: String, hasLines: Bool) -> String? {
        let scalar = text.unicodeScalars.first { scalar in
            if hasLines, scalar == "\n" || scalar == "\t" { return false }
            return isHidden(scalar)
        }
        guard let scalar else { return nil }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Whether it is a control character, ends a line, or turns the direction in which text runs.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x20, 0x7f..<0xa0, 0x2028...0x2029: true
        case 0x061c, 0x200e...0x200f, 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
