/// Quantities in words, for people.
package enum Words {
    /// `1 file`, `4,380 files`.
    package static func count(_ number: Int, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// `4,380`.
    package static func grouped(_ number: Int) -> String {
        var digits = String(number.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        groups.insert(digits, at: 0)
        return (number < 0 ? "-" : "") + groups.joined(separator: ",")
    }

    /// `512 B`, `1.4 MiB`, `2.0 GiB`.
    package static func bytes(_ number: Int) -> String {
        var value = Double(number)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if abs(value) < 1000 || unit == "GiB" {
                let decimals = unit == "B" || abs(value) >= 99.95 ? 0 : unit == "GiB" ? 2 : 1
                return "\(fixed(value, decimals)) \(unit)"
            }
            value /= 1024
        }
        return ""
    }

    /// Seconds with three significant digits or so: `0.021`, `2.46`, `12.4`, `148`.
    package static func seconds(_ number: Double) -> String {
        switch number {
        case ..<0.0995: fixed(number, 3)
        case ..<9.995: fixed(number, 2)
        case ..<99.95: fixed(number, 1)
        default: fixed(number, 0)
        }
    }

    /// A ratio, such as `1.9x` or `14x`.
    package static func ratio(_ number: Double) -> String { "\(fixed(number, number < 9.95 ? 1 : 0))x" }

    /// `number` with so many decimals.
    package static func fixed(_ number: Double, _ decimals: Int) -> String {
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let rounded = Int((number.magnitude * Double(scale)).rounded())
        let sign = number < 0 && rounded > 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(rounded)" }
        let rest = String(rounded % scale)
        return "\(sign)\(rounded / scale)." + String(repeating: "0", count: decimals - rest.count) + rest
    }

    /// `text` with line breaks in the place of spaces, so that no line is longer than `width` unless one word is.
    package static func wrapped(_ text: String, at width: Int = 120) -> String {
        var lines: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }
}
