internal import Model

/// The text of a file, made safe to be parsed.
///
/// An alias (`*name`) stands for all that its anchor holds, and aliases of aliases grow without bound: a few lines become
/// more than any memory holds. So no parser gets to see one: `*` is handed to it as a character of the private area, and
/// turned back in what it returns. What then begins with that character without quotes was an alias, and is refused with
/// its place. Columns stay what they were.
struct YAMLText {
    /// Stands for `*`.
    static let star: Unicode.Scalar = "\u{F8F1}"
    /// Stands for the first character of a key that was given before.
    static let again: Unicode.Scalar = "\u{F8F2}"

    /// What the parser is given.
    private(set) var lines: [[Unicode.Scalar]]

    /// The text of `bytes`.
    ///
    /// - Throws: the fault where they are too many, are not UTF-8, or have the characters that are needed here.
    init(_ bytes: [UInt8]) throws(ConfigurationFault) {
        guard bytes.count <= Int(ConfigurationLimits.size.bytes) else {
            throw ConfigurationFault(
                "the file is larger than \(ConfigurationLimits.size)", at: .start, key: "",
                remedy: "keep what is not configuration elsewhere")
        }
        lines = [[]]
        var rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            guard let text = String(validating: rest[..<end], as: UTF8.self) else {
                throw ConfigurationFault(
                    "the line is not UTF-8", at: Position(line: lines.count, column: 1), key: "",
                    remedy: "save the file as UTF-8")
            }
            try append(text.unicodeScalars)
            guard end < rest.endIndex else { break }
            lines.append([])
            rest = rest[(end + 1)...]
        }
    }

    private mutating func append(_ text: String.UnicodeScalarView) throws(ConfigurationFault) {
        let line = lines.count - 1
        for (column, scalar) in text.enumerated() {
            let isControl = scalar.value < 0x20 && scalar != "\t" && scalar != "\r" || scalar.value == 0x7f
            if isControl || scalar == Self.star || scalar == Self.again || (0x80...0x9f).contains(scalar.value) {
                throw ConfigurationFault(
                    "the line has a character that no configuration needs (U+\(String(scalar.value, radix: 16, uppercase: true)))",
                    at: Position(line: line + 1, column: column + 1), key: "", remedy: "remove it")
            }
            lines[line].append(scalar == "*" ? Self.star : scalar)
        }
    }

    /// The whole for the parser.
    var text: String {
        var out = String.UnicodeScalarView()
        for (index, line) in lines.enumerated() {
            if index > 0 { out.append("\n") }
            out.append(contentsOf: line)
        }
        return String(out)
    }

    /// Marks the next occurrence of `key` after the one at `first` in the same block, so that the parser takes it for
    /// another key; nil where none is found, as in braces.
    mutating func mark(_ key: String, after first: Position) -> Position? {
        let wanted = Array(key.unicodeScalars)
        let column = first.column - 1
        guard let head = wanted.first, head != Self.again else { return nil }
        for line in first.line..<max(first.line, lines.count) {
            let text = lines[line]
            guard let start = text.firstIndex(where: { $0 != " " }), text[start] != "#", text[start] != "\r" else {
                continue
            }
            if start < column { return nil }
            let end = start + wanted.count
            guard start == column, end < text.count, Array(text[start..<end]) == wanted, text[end] == ":" else {
                continue
            }
            lines[line][start] = Self.again
            return Position(line: line + 1, column: column + 1)
        }
        return nil
    }

    /// `text` with the stars put back.
    static func restored(_ text: String) -> String {
        guard text.unicodeScalars.contains(star) else { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { out.append(scalar == star ? "*" : scalar) }
        return String(out)
    }
}
