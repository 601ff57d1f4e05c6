internal import ArgumentParser
internal import Model
internal import Settings

/// A word that stands where a verb is expected, and is none.
struct UnknownVerb {
    private let word: String
    private let parent: [String]
    private let verbs: [String]

    /// The first such word of `arguments`; nil where there is none.
    init?(in arguments: [String]) {
        var (command, path): (any ParsableCommand.Type, [String]) = (Perigee.self, [])
        for word in arguments {
            let known = command.configuration.subcommands
            guard !known.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            guard let next = known.first(where: { $0._commandName == word }) else {
                guard command.configuration.defaultSubcommand == nil else { return nil }
                (self.word, parent, verbs) = (word, path, known.map { $0._commandName })
                return
            }
            (command, path) = (next, path + [word])
        }
        return nil
    }

    /// The error, with the verb that was meant where one is near.
    var fault: PerigeeError {
        let near = Spelling.nearest(word, among: verbs).map { "did you mean \($0)? " } ?? ""
        let whole = (["perigee"] + parent).joined(separator: " ")
        return PerigeeError(
            .usage, "\(whole) has no verb \(word)", remedy: "\(near)\(whole) --help lists \(verbs.count) verbs")
    }
}
