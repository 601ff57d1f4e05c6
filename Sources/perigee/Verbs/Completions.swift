internal import ArgumentParser

/// Prints a script that completes verbs and options in a shell.
struct Completions: Verb {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a completion script for a shell.",
        discussion: """
            EXAMPLES
              perigee completions bash > /etc/bash_completion.d/perigee
              perigee completions zsh > ~/.zsh/completions/_perigee
              perigee completions fish > ~/.config/fish/completions/perigee.fish
            """)

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    @Argument(help: "The shell.")
    var shell: Shell

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let kind: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        try context.output.write(Perigee.completionScript(for: kind))
        return .done
    }
}
