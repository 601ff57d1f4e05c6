public import Model

/// What is wrong with the text of a schedule, and where in it.
public struct SyntaxFault: Error, Hashable, Sendable {
    /// The whole text.
    public let text: String
    /// How many characters come before what is wrong.
    public let offset: Int
    /// How many characters are wrong; at least one is marked.
    public let length: Int
    /// What is wrong, in one sentence without a full stop.
    public let message: String
    /// What to write instead.
    public let remedy: String

    /// A fault of `part`, which is a part of `text`.
    init(_ text: String, _ part: Substring, _ message: String, remedy: String) {
        self.text = text
        offset = text.unicodeScalars.distance(from: text.startIndex, to: part.startIndex)
        length = part.unicodeScalars.count
        self.message = message
        self.remedy = remedy
    }

    /// The text with a line below it that marks what is wrong.
    public var marked: String {
        let padding = String(repeating: " ", count: offset)
        return "\(text)\n\(padding)\(String(repeating: "^", count: max(1, length)))"
    }

    /// The fault as all the program shows them: what is wrong, the text with the mark, and the remedy.
    ///
    /// - Parameter place: where the text stands; usually nothing is known but the column in it.
    public func error(at place: String? = nil) -> PerigeeError {
        let lines = marked.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
        return PerigeeError(
            .usage, ([message] + lines).joined(separator: "\n"), at: place ?? "column \(offset + 1)", remedy: remedy)
    }
}
