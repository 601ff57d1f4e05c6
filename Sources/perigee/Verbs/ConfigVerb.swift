internal import ArgumentParser

/// The configuration.
struct ConfigVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check a configuration; show what it comes to.",
        discussion: """
            EXAMPLES
              perigee config check
              perigee config check /etc/perigee/perigee.yaml --json
              perigee config show
            """,
        subcommands: [ConfigCheck.self, ConfigShow.self])
}
