internal import ArgumentParser

/// The verbs that a command line begins with: one word, or two as in `keys list`.
struct VerbPath {
    /// Their words.
    private(set) var words: [String] = []
    /// The word that stands where a further verb is needed, and is none; nil where all is well.
    private(set) var unknown: String?
    /// The verbs that are known where `unknown` stands, or nothing more is expected.
    private(set) var known: [String] = []

    /// Those of `arguments`, which begin with them.
    init(of arguments: some Sequence<String>) {
        var command: any ParsableCommand.Type = Perigee.self
        for word in arguments {
            let verbs = command.configuration.subcommands
            known = verbs.map { $0._commandName }
            guard !verbs.isEmpty, !word.hasPrefix("-") else { return }
            guard let next = verbs.first(where: { $0._commandName == word }) else {
                if command.configuration.defaultSubcommand == nil { unknown = word }
                return
            }
            words.append(word)
            command = next
        }
    }
}
