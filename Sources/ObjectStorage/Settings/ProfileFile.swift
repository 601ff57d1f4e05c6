internal import Model

/// A file of profiles as Amazon's tools keep them: sections of `key = value` lines, one level of nesting by indentation.
///
/// ```
/// [profile lab]
/// region = eu-central-1
/// s3 =
///     addressing_style = path
/// ```
///
/// Read with limits: a line that is no form of this is passed over, as those tools do.
struct ProfileFile {
    /// The most bytes of such a file that are read.
    static let sizeMax = 1 << 20

    /// By section, then by key; a nested key is `outer.inner`.
    private(set) var sections: [String: [String: String]] = [:]

    init(parsing text: String) {
        var section: String?
        var outer: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let content = Self.trimmed(Self.withoutComment(line))
            guard !content.isEmpty else { continue }
            if content.hasPrefix("["), content.hasSuffix("]") {
                let name = Self.sectionName(content.dropFirst().dropLast())
                section = name
                outer = nil
                if sections[name] == nil { sections[name] = [:] }
                continue
            }
            guard let section, let equals = content.firstIndex(of: "=") else { continue }
            let key = Self.trimmed(content[..<equals]).lowercased()
            let value = Self.trimmed(content[content.index(after: equals)...])
            let isNested = line.first == " " || line.first == "\t"
            if isNested, let outer {
                sections[section]?["\(outer).\(key)"] = String(value)
            } else {
                sections[section]?[key] = String(value)
                outer = value.isEmpty ? key : nil
            }
        }
    }

    /// `[profile x]`, `[ profile  x ]` and `[x]` are `x`; `[services x]` is `services x`.
    private static func sectionName(_ text: some StringProtocol) -> String {
        let words = text.split { $0 == " " || $0 == "\t" }
        guard words.count > 1 else { return words.first.map { String($0) } ?? "" }
        let rest = words.dropFirst().joined(separator: " ")
        return words[0] == "profile" ? rest : "\(words[0]) \(rest)"
    }

    private static func withoutComment(_ line: Substring) -> Substring {
        guard let first = line.first(where: { $0 != " " && $0 != "\t" }), first != "#", first != ";" else { return "" }
        guard let comment = line.range(of: [" #", "\t#", " ;", "\t;"]) else { return line }
        return line[..<comment]
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var rest = text.drop { $0 == " " || $0 == "\t" }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }
}

extension Substring {
    /// Where the first of `marks`, two characters each, begins.
    fileprivate func range(of marks: [String]) -> Index? {
        indices.first { start in marks.contains { self[start...].hasPrefix($0) } }
    }
}
