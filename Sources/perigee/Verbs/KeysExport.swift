internal import ArgumentParser
internal import Model
internal import Storage
internal import Vault

/// Copies what a vault cannot be opened without.
struct KeysExport: Verb {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Copy into a folder what a vault cannot be opened without.",
        discussion: """
            These are its descriptor, its keyring and its keys, sealed as they are: whoever has the copy needs a \
            passphrase or key file as before, and nothing of the vault's contents is in it. Keep it apart from the vault. \
            If one of them is lost or damaged there, put it back from the copy, under the same name. Export again after \
            keys add, remove and rotate: keys that are gone from the vault then go from the copy.

            EXAMPLE
              perigee keys export vault:/backup /safe/backup-keys
            """)

    @Argument(help: ArgumentHelp("The vault, as vault:/path.", valueName: "vault"))
    var place: String

    @Argument(help: ArgumentHelp("The folder, which is made.", valueName: "folder"), completion: .directory)
    var folder: String

    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.keys/1"
        let place: String
        let folder: String
        let keys: [KeyRow]
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let (location, _) = try LocalEnd(parsing: place).vault(place)
        let vault = try VaultAccess.open(location, secrets, context)
        let keys = try vault.exportKeys(to: DirectoryStore(path: folder, create: true)).map { KeyRow($0) }
        try context.finish(Document(place: place, folder: folder, keys: keys)) { style in
            var block = TextBlock("keys export  \(place) -> \(folder)")
            block.row("copied", Format.count(keys.count, "key"), "descriptor and keyring")
            block.row("next", "keep it apart from the vault, and export again when its keys change")
            return block.rendered(style)
        }
        return .done
    }
}
