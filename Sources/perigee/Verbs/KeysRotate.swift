internal import ArgumentParser
internal import Model
internal import Vault

/// Opens a new key epoch.
struct KeysRotate: Verb {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Seal all that is written from now on under a new key.",
        discussion: """
            Deduplication and old snapshots are not touched. What is there stays sealed under the old key until \
            perigee gc --reseal rewrites it; perigee keys status shows how much that is. Runs that have the vault open \
            go on with the old key; readers that stay open for long are to be started anew.

            EXAMPLE
              perigee keys rotate vault:/backup
            """)

    @Argument(help: ArgumentHelp("The vault, as vault:/path.", valueName: "vault"))
    var place: String

    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.epochs/1"
        let place: String
        let current: UInt32
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let (location, _) = try LocalEnd(parsing: place).vault(place)
        let epoch = try VaultAccess.open(location, secrets, context).rotateEpoch()
        try context.finish(Document(place: place, current: epoch)) { style in
            var block = TextBlock("keys rotate  \(place)")
            block.row("epoch", "\(epoch)", "seals all that is written from now on")
            block.row("next", "perigee gc \(place) --reseal rewrites what older epochs have sealed")
            return block.rendered(style)
        }
        return .done
    }
}
