internal import ArgumentParser
internal import Content
internal import Hashing
internal import Model
internal import Storage
internal import Vault

/// Makes a vault.
struct Init: Verb {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new vault.",
        discussion: """
            The secret opens all that is ever put into the vault: there is no way in without it.

            EXAMPLES
              perigee init vault:/backup
              perigee init vault:/backup --key-file ~/.perigee.key --average 16KiB
              perigee init vault:/backup --cipher chacha20-poly1305
              perigee init vault:/second --like vault:/backup
              perigee init s3://bucket/backup --s3-endpoint https://s3.example.org

            In an object store it is first tried what the store really honours: a store that ignores conditional \
            writes can hold a vault for one writer at a time, which --single-writer asks for.
            """)

    @Argument(
        help: ArgumentHelp(
            "The vault, as vault:/path or s3://bucket/prefix, or SITE: of the configuration.", valueName: "vault"))
    var place: String

    @Option(
        help: ArgumentHelp(
            "The mean size of chunks, a power of two from 4KiB to 1MiB, usually 64KiB; for good.", valueName: "size"))
    var average: String?

    @Option(help: ArgumentHelp("What the first key is called in listings.", valueName: "text"))
    var label = ""

    @Option(
        help: ArgumentHelp(
            "What seals all that is stored, for good: aes-256-gcm, or chacha20-poly1305, which is faster on "
                + "processors without instructions for AES. Usually the faster one here.", valueName: "name"))
    var cipher: String?

    @Flag(
        name: .customLong("single-writer"),
        help: "Let one writer at a time into a vault in an object store, for good.")
    var singleWriter = false

    @Option(
        help: ArgumentHelp(
            "Cut and name as this vault does, so that chunks move between the two as they are sealed.",
            valueName: "vault"))
    var like: String?

    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Secret of the vault that --like names") var fromSecrets: FromSecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.vault/1"
        let place: String
        let id: String
        let created: String
        let averageChunk: Int
        let cipher: String
        let store: StoreRow?
    }

    func validate() throws {
        if like != nil, average != nil { throw ValidationError("--like takes the mean size of chunks over") }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let (location, name) = try LocalEnd(parsing: place).vault(place)
        if let name {
            throw PerigeeError(
                .usage, "a vault is made without a dataset", at: place,
                remedy: "write \(location); perigee snapshot PATH \(place) then makes \(name.dataset)")
        }
        var options = VaultOptions(cipher: try cipherWish(), label: label)
        if let like {
            let other = try VaultAccess.open(
                LocalEnd(parsing: like).vault(like).place, fromSecrets.options(orElse: secrets), context)
            (options.chunker, options.ring) = (other.descriptor.chunker, other.ring)
        } else {
            options.chunker = try chunker()
        }
        let (store, row) = try newStore(location, context)
        let vault = try Vault.create(
            at: store, secret: secrets.newSecret(for: "\(location)"), options: options)
        try finish(vault, row, context)
        return .done
    }

    /// The store for the new vault, and what was found out about it where it is one of objects.
    private func newStore(
        _ location: Endpoint.VaultPlace, _ context: Context
    ) throws -> (any MeteringStore, StoreRow?) {
        switch location {
        case .folder, .remoteFolder, .agent:
            guard !singleWriter else {
                throw PerigeeError(
                    .usage, "--single-writer is for object stores", at: place,
                    remedy: "leave it away: any number of writers are safe in a folder")
            }
            if case .folder(let path) = location {
                return (MeteredStore(try VaultAccess.newFolder(path, named: "vault:", at: place)), nil)
            }
            return (try context.sites.store(location, create: true), nil)
        case .bucket(let name, let prefix):
            let (store, report) = try ObjectPlace(name, prefix, context).create(singleWriter: singleWriter)
            return (store, StoreRow(report))
        }
    }

    private func chunker() throws -> ChunkerParameters {
        let average = average ?? "64KiB"
        guard let size = ByteCount(parsing: average), let count = Int(exactly: size.bytes) else {
            throw PerigeeError(.usage, "\(average) is not a size", at: "--average", remedy: "write it as 64KiB")
        }
        return try ChunkerParameters(average: count, secret: nil)
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

    private func finish(_ vault: Vault, _ store: StoreRow?, _ context: Context) throws {
        let descriptor = vault.descriptor
        let document = Document(
            place: place, id: descriptor.id, created: descriptor.created.rfc3339,
            averageChunk: descriptor.chunker.average, cipher: descriptor.cipher.name, store: store)
        try context.finish(document) { style in
            var block = TextBlock("init  \(place)")
            block.row("vault", descriptor.id)
            block.row("chunks", "\(Format.size(UInt64(descriptor.chunker.average))) on average")
            block.row("cipher", descriptor.cipher.name)
            if let store { block.row("store", store.text) }
            block.row("next", "perigee snapshot PATH \(place)#DATASET")
            return block.rendered(style)
        }
    }
}
