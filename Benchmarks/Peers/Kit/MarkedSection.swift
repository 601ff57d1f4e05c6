/// The part of a document that a program writes, between two marks on lines of their own.
package enum MarkedSection {
    /// `document` with `content` between the marks of the section `name`, instead of what was there.
    package static func replaced(
        in document: String, by content: String, section name: String = "measured"
    ) throws -> String {
        let begin = "<!-- \(name):begin -->"
        let end = "<!-- \(name):end -->"
        let lines = document.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.firstIndex(of: begin), let last = lines.lastIndex(of: end), first < last else {
            throw PeersError(
                "the document has no lines '\(begin)' and '\(end)' in this order; add them where the table goes")
        }
        let text = String(content.reversed().drop(while: \.isNewline).reversed())
        return (lines[...first] + [text] + lines[last...]).joined(separator: "\n")
    }
}
