internal import ArgumentParser

/// The keys of a vault.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List and add the keys that open a vault.",
        discussion: """
            EXAMPLES
              perigee keys list vault:/backup
              perigee keys add vault:/backup --new-key-file ~/.perigee.key --label laptop
            """,
        subcommands: [KeysList.self, KeysAdd.self])
}
