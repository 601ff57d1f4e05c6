/// Forms of values that several sections have.
enum Words {
    /// What rates look like, for messages.
    static let rates = "a rate as 50MB/s, or rates by the time of day as 08:00-18:00=10MB/s,else=none"

    /// Whether `text` is an address of the web.
    static func isURL(_ text: String) -> Bool {
        guard let rest = ["https://", "http://"].first(where: { text.hasPrefix($0) }).map({ text.dropFirst($0.count) })
        else { return false }
        return !rest.isEmpty && rest.first != "/"
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7f }
    }

    /// A span as `95ms`, `1.5s` or `200us`, in seconds; nil where `text` is none.
    static func seconds(_ text: String) -> Double? {
        for (unit, factor) in [("us", 1e-6), ("ms", 1e-3), ("s", 1.0)] where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.count)
            let isNumber = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
            guard isNumber, let number = Double(String(digits)), number.isFinite else { return nil }
            return number * factor
        }
        return nil
    }
}
