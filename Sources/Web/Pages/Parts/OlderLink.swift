/// The way to the rows after those of a page.
enum OlderLink {
    /// A link to `path` for what comes before the row `next`, which keeps `members` of the query; nothing where that was
    /// all.
    static func markup(
        _ words: String, _ path: String, before next: Int64?, keeping members: [(name: String, value: String)] = []
    ) -> Markup {
        guard let next else { return .nothing }
        let kept = members.map { "\(WebTarget.encoded($0.name))=\(WebTarget.encoded($0.value))" }
        let query = (kept + ["before=\(next)"]).joined(separator: "&")
        return .tag("p", [:], .tag("a", ["href": "\(path)?\(query)", "rel": "next"], .text(words)))
    }
}
