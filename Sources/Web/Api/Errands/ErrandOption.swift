internal import FoundationEssentials
internal import Model

/// A member of the body of a request that stands for an option of a verb: `keep_last` for `--keep-last`.
///
/// The form and the reading of it in one value, so that they agree.
struct ErrandOption: Sendable {
    /// The name of the member.
    let name: String
    /// What it is to be.
    let schema: JSONSchema
    /// The words of the command line; none where the member is not there.
    let words: @Sendable (inout BodyReader) throws -> [String]

    /// The most values of a list, and characters of one.
    private static let (valuesMax, textMax) = (1000, 4096)

    private static func option(_ name: String, _ value: String) -> String {
        "--\(name.replacing("_", with: "-"))=\(value)"
    }

    /// A flag that is given or not.
    static func flag(_ name: String, _ help: String) -> ErrandOption {
        ErrandOption(name: name, schema: .flag(help)) { body in
            try body.flag(name) == true ? ["--\(name.replacing("_", with: "-"))"] : []
        }
    }

    /// A number of things.
    static func count(_ name: String, _ help: String) -> ErrandOption {
        let range = 0.0...1_000_000.0
        let schema = JSONSchema.whole(help, min: Int64(range.lowerBound), max: Int64(range.upperBound))
        return ErrandOption(name: name, schema: schema) { body in
            guard let number = try body.number(name, range) else { return [] }
            guard let count = Int(exactly: number) else { throw BodyReader.fault(name, "a whole number") }
            return [option(name, "\(count)")]
        }
    }

    /// A span of time: `36h`, `30d`; `0` for none.
    static func duration(_ name: String, _ help: String) -> ErrandOption {
        text(name, help, pattern: "^(0|([0-9]{1,9}[smhdwy]){1,6})$") { text in
            // No more than the form allows: whatever has it is a span that can be counted.
            let numbers = text.split(omittingEmptySubsequences: false) { "smhdwy".contains($0) }
            return Period(parsing: text) != nil && numbers.count <= 7 && numbers.allSatisfy { $0.utf8.count <= 9 }
        }
    }

    /// A share of a whole: `30%`.
    static func share(_ name: String, _ help: String) -> ErrandOption {
        text(name, help, pattern: "^([1-9][0-9]?|100)%$") { text in
            let number = text.hasSuffix("%") ? Int(text.dropLast()) : nil
            return number.map { (1...100).contains($0) && text == "\($0)%" } ?? false
        }
    }

    /// A text.
    static func text(
        _ name: String, _ help: String, pattern: String = Api.textPattern,
        _ isGood: @escaping @Sendable (String) -> Bool = { _ in true }
    ) -> ErrandOption {
        ErrandOption(name: name, schema: .text(help, pattern: pattern, max: 100, min: 1)) { body in
            guard let text = try body.plainText(name, max: 100) else { return [] }
            guard isGood(text) else { throw BodyReader.fault(name, "text of the form \(pattern)") }
            return [option(name, text)]
        }
    }

    /// One of some words.
    static func words(_ name: String, _ words: [String], _ help: String) -> ErrandOption {
        ErrandOption(name: name, schema: .words(words, help)) { body in
            guard let word = try body.plainText(name, max: 100) else { return [] }
            guard words.contains(word) else { throw BodyReader.fault(name, words.joined(separator: ", ")) }
            return [option(name, word)]
        }
    }

    /// Texts.
    static func texts(_ name: String, _ help: String) -> ErrandOption {
        let item = JSONSchema.text("One.", pattern: Api.textPattern, max: textMax, min: 1)
        return ErrandOption(name: name, schema: .list(item, help, max: valuesMax)) { body in
            try body.list(name, max: valuesMax).map { option(name, try BodyReader.plainText($0, name, max: textMax)) }
        }
    }

    /// How what crosses is compressed.
    static let compress = ErrandOption.text(
        "compress", "`auto` (usual), `stored`, `lz4`, or `zstd` with a level as `zstd:6`.",
        pattern: "^(auto|stored|lz4|zstd(:-?[0-9]{1,3})?)$"
    ) { text in
        ["auto", "stored", "lz4", "zstd"].contains(text)
            || text.hasPrefix("zstd:") && Int(text.dropFirst(5)) != nil && text.utf8.count <= 9 && !text.contains("+")
    }
}
