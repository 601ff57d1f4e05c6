internal import ArgumentParser

/// The keys of a vault.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "List, add, remove and export what opens a vault; rotate what seals it.",
        discussion: """
            EXAMPLES
              perigee keys list vault:/backup
              perigee keys add vault:/backup --new-key-file ~/.perigee.key --label laptop
              perigee keys rotate vault:/backup
            """,
        subcommands: [
            KeysList.self, KeysAdd.self, KeysRemove.self, KeysRotate.self, KeysStatus.self, KeysExport.self,
        ])
}
