internal import Model
internal import Settings

/// A word that stands where a verb is expected, and is none.
struct UnknownVerb {
    private let word: String
    private let path: VerbPath

    /// The first such word of `arguments`; nil where there is none.
    init?(in arguments: [String]) {
        path = VerbPath(of: arguments)
        guard let word = path.unknown, word != "help" else { return nil }
        self.word = word
    }

    /// The error, with the verb that was meant where one is near.
    var fault: PerigeeError {
        let near = Spelling.nearest(word, among: path.known).map { "did you mean \($0)? " } ?? ""
        let whole = (["perigee"] + path.words).joined(separator: " ")
        return PerigeeError(
            .usage, "\(whole) has no verb \(word)", remedy: "\(near)\(whole) --help lists \(path.known.count) verbs")
    }
}
