internal import ArgumentParser
internal import Model
internal import Vault

/// Lets another secret open a vault.
struct KeysAdd: Verb {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let another passphrase or key file open a vault.",
        discussion: """
            EXAMPLE
              perigee keys add vault:/backup --new-passphrase-file hers.txt --label anna
            """)

    @Argument(help: ArgumentHelp("The vault, as vault:/path.", valueName: "vault"))
    var place: String

    @Option(help: ArgumentHelp("What the key is called in listings.", valueName: "text"))
    var label = ""

    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "New secret") var newSecrets: NewSecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.keys/1"
        let place: String
        let keys: [KeyRow]
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let (location, _) = try LocalEnd(parsing: place).vault(place)
        let vault = try VaultAccess.open(location, secrets, context)
        let key = KeyRow(try vault.addSecret(newSecrets.secret(for: place), label: label))
        try context.finish(Document(place: place, keys: [key])) { style in
            var block = TextBlock("keys add  \(place)")
            block.row("key", key.id, key.label.isEmpty ? nil : key.label)
            return block.rendered(style)
        }
        return .done
    }
}
