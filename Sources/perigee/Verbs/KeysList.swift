internal import ArgumentParser
internal import Model
internal import Vault

/// Lists the keys of a vault.
struct KeysList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List a vault's keys; needs no secret.",
        discussion: """
            EXAMPLE
              perigee keys list vault:/backup
            """)

    @Argument(help: ArgumentHelp("The vault, as vault:/path.", valueName: "vault"))
    var place: String

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.keys/1"
        let place: String
        let keys: [KeyRow]
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let (location, _) = try LocalEnd(parsing: place).vault(place)
        let store = try VaultAccess.store(location, context)
        _ = try Vault.readDescriptor(store)
        let rows = try Vault.listKeys(store).map { KeyRow($0) }
        try context.finish(Document(place: place, keys: rows)) { style in
            var table = Table(("KEY", .left), ("KIND", .left), ("ADDED", .left), ("LABEL", .left))
            for row in rows {
                table.row(row.id, row.kind == .keyFile ? "key file" : "passphrase", row.created, row.label)
            }
            return table.rendered(style)
        }
        return .done
    }
}
