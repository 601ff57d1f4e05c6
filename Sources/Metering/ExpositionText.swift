/// The parts of the text format of Prometheus, version 0.0.4.
enum ExpositionText {
    /// What is sent as the type of the content.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// `text` as the name of a metric or label: what may not stand in one becomes an underscore.
    static func name(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
            let isFit = isLetter || (("0"..."9").contains(scalar) && !out.isEmpty)
            out.unicodeScalars.append(isFit ? scalar : "_")
        }
        return out.isEmpty ? "_" : out
    }

    /// Labels with their values, in the order of their names, without braces.
    static func labels(_ labels: [(String, String)]) -> String {
        labels.map { (name($0.0), $0.1) }.sorted { $0.0 < $1.0 }
            .map { "\($0.0)=\"\(escaped($0.1, quotes: true))\"" }.joined(separator: ",")
    }

    /// `labels` and one more in braces; nothing where there is none.
    static func braced(_ labels: String, _ more: String = "") -> String {
        let all = [labels, more].filter { !$0.isEmpty }.joined(separator: ",")
        return all.isEmpty ? "" : "{\(all)}"
    }

    /// A sentence of help.
    static func help(_ text: String) -> String { escaped(text, quotes: false) }

    /// A number: whole ones without a point.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return "\(Int64(value))" }
        return "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\"" where quotes: out += "\\\""
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
