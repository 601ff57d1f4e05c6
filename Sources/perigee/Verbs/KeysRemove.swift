internal import ArgumentParser
internal import Model
internal import Vault

/// Removes a key of a vault.
struct KeysRemove: Verb {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Let a passphrase or key file open a vault no more.",
        discussion: """
            The vault is to be opened by another key than the one that goes. Whoever knew the secret that goes can have \
            kept what it opens: to shut somebody out, make a new vault and sync into it.

            EXAMPLE
              perigee keys remove vault:/backup 4f2a91c07be3d815 --key-file ~/.perigee.key
            """)

    @Argument(help: ArgumentHelp("The vault, as vault:/path.", valueName: "vault"))
    var place: String

    @Argument(help: ArgumentHelp("The key, as perigee keys list shows it.", valueName: "key"))
    var key: String

    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.keys/1"
        let place: String
        /// What is left.
        let keys: [KeyRow]
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let (location, _) = try LocalEnd(parsing: place).vault(place)
        let store = try VaultAccess.store(location, context)
        _ = try Vault.readDescriptor(store)
        let secret = try secrets.secret(for: "\(location)")
        let vault = try Vault.open(at: store, secret: secret, cache: nil)
        try vault.removeKey(key, openingBy: secret)
        let rows = try vault.listKeys().map { KeyRow($0) }
        try context.finish(Document(place: place, keys: rows)) { style in
            var block = TextBlock("keys remove  \(place)")
            block.row("key", key, "removed")
            block.row("left", Format.count(rows.count, "key"))
            return block.rendered(style)
        }
        return .done
    }
}
