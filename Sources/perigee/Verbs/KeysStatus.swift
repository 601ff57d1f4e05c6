internal import ArgumentParser
internal import Content
internal import Model
internal import Vault

/// Shows how much each key epoch has sealed.
struct KeysStatus: Verb {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how many records each key epoch has sealed.",
        discussion: """
            EXAMPLE
              perigee keys status vault:/backup
            """)

    @Argument(help: ArgumentHelp("The vault, as vault:/path.", valueName: "vault"))
    var place: String

    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Row: Encodable {
        let epoch: UInt32
        let current: Bool
        let hasKey: Bool
        let packs: UInt64
        let records: UInt64
        let bytes: UInt64
    }

    private struct Document: Encodable {
        let schema = "perigee.epochs/1"
        let place: String
        let current: UInt32
        /// Bytes that gc --reseal would seal anew, as far as snapshots need them.
        let oldBytes: UInt64
        let epochs: [Row]
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let (location, _) = try LocalEnd(parsing: place).vault(place)
        let vault = try VaultAccess.open(location, secrets, context)
        let rows = try vault.epochUse(stop: context.stop).map {
            Row(
                epoch: $0.epoch, current: $0.isCurrent, hasKey: $0.hasKey, packs: $0.packs, records: $0.records,
                bytes: $0.bytes)
        }
        let old = rows.filter { !$0.current }.reduce(0) { $0 + $1.bytes }
        let document = Document(place: place, current: vault.ring.currentEpoch, oldBytes: old, epochs: rows)
        try context.finish(document) { style in
            var table = Table(("EPOCH", .right), ("", .left), ("PACKS", .right), ("RECORDS", .right), ("BYTES", .right))
            for row in rows {
                table.row(
                    "\(row.epoch)", row.current ? "current" : row.hasKey ? "" : "no key", Quantity.grouped(row.packs),
                    Quantity.grouped(row.records), Format.size(row.bytes))
            }
            return table.rendered(style)
                + (old > 0 ? "\(Format.size(old)) of older epochs: perigee gc \(place) --reseal seals them anew\n" : "")
        }
        return .done
    }
}
