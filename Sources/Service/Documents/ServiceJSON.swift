internal import FoundationEssentials

/// Documents for programs: members in the order of their names, names in snake case, one document a line.
public enum ServiceJSON {
    /// `value` as one line, without a line break at its end.
    public static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
