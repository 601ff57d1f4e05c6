/// Names that people give to sites, datasets and rules.
enum Name {
    /// What a name looks like, for messages.
    static let form = "a name: letters, digits, . _ and -, 63 at most, a letter or digit in front"

    /// Whether `text` is a name; so it never has what endpoints are written with (`:`, `/`, `@` and `#`).
    static func isName(_ text: String) -> Bool {
        guard (1...63).contains(text.utf8.count), let first = text.utf8.first, isLetterOrDigit(first) else {
            return false
        }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }

    /// A reader's answer where `text` is a name.
    static func parse(_ text: String) -> String? { isName(text) ? text : nil }
}
