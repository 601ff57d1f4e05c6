internal import ArgumentParser
internal import Content
internal import Hashing
internal import Model
internal import Storage
internal import Vault

/// Makes a vault.
struct Init: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Make a new vault.",
        discussion: """
            The secret opens all that is ever put into the vault: there is no way in without it.

            EXAMPLES
              perigee init vault:/backup
              perigee init vault:/backup --key-file ~/.perigee.key --average 16KiB
              perigee init vault:/backup --cipher chacha20-poly1305
            """)

    @Argument(help: ArgumentHelp("The vault, as vault:/path.", valueName: "vault"))
    var place: String

    @Option(
        help: ArgumentHelp("The mean size of chunks, a power of two from 4KiB to 1MiB; for good.", valueName: "size"))
    var average = "64KiB"

    @Option(help: ArgumentHelp("What the first key is called in listings.", valueName: "text"))
    var label = ""

    @Option(
        help: ArgumentHelp(
            "What seals all that is stored, for good: aes-256-gcm, or chacha20-poly1305, which is faster on "
                + "processors without instructions for AES. Usually the faster one here.", valueName: "name"))
    var cipher: String?

    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.vault/1"
        let place: String
        let id: String
        let created: String
        let averageChunk: Int
        let cipher: String
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let (location, name) = try LocalEnd(parsing: place).vault(place)
        if let name {
            throw PerigeeError(
                .usage, "a vault is made without a dataset", at: place,
                remedy: "write \(location); perigee snapshot PATH \(place) then makes \(name.dataset)")
        }
        guard let size = ByteCount(parsing: average), let count = Int(exactly: size.bytes) else {
            throw PerigeeError(.usage, "\(average) is not a size", at: "--average", remedy: "write it as 64KiB")
        }
        let chunker = try ChunkerParameters(average: count, secret: nil)
        let options = VaultOptions(chunker: chunker, cipher: try cipherWish(), label: label)
        let store = try VaultAccess.newStore(location, context)
        let vault = try Vault.create(
            at: store, secret: secrets.newSecret(for: "\(location)"), options: options)
        try finish(vault, context)
        return .done
    }

    private func cipherWish() throws -> Cipher {
        guard let cipher else { return .preferred }
        guard let wish = Cipher(name: cipher) else {
            throw PerigeeError(
                .usage, "\(cipher) is no cipher", at: "--cipher",
                remedy: "write \(Cipher.allCases.map(\.name).joined(separator: " or "))")
        }
        return wish
    }

    private func finish(_ vault: Vault, _ context: Context) throws {
        let descriptor = vault.descriptor
        let document = Document(
            place: place, id: descriptor.id, created: descriptor.created.rfc3339,
            averageChunk: descriptor.chunker.average, cipher: descriptor.cipher.name)
        try context.finish(document) { style in
            var block = TextBlock("init  \(place)")
            block.row("vault", descriptor.id)
            block.row("chunks", "\(Format.size(UInt64(descriptor.chunker.average))) on average")
            block.row("cipher", descriptor.cipher.name)
            block.row("next", "perigee snapshot PATH \(place)#DATASET")
            return block.rendered(style)
        }
    }
}
