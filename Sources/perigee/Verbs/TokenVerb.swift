internal import ArgumentParser

/// Tokens by which programs and people ask the daemon.
struct TokenVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Add, list and take back the tokens by which the daemon is asked over HTTP.",
        discussion: """
            EXAMPLES
              perigee token add ci --scope operate --expires 90d
              perigee token add virginia --scope read --site ABCDEFG-...
              perigee token list
              perigee token remove ci
            """,
        subcommands: [TokenAdd.self, TokenList.self, TokenRemove.self])
}
