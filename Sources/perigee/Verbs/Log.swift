internal import ArgumentParser
internal import Model
internal import Vault
internal import Workers

/// The snapshots of a dataset, or the datasets of a vault.
struct Log: Verb {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show the snapshots of a dataset, newest first.",
        discussion: """
            Of a vault without a dataset, shows each dataset's newest snapshot.

            With --forgotten, shows those that are in the history no more and that no gc has deleted yet. By its ID such a \
            one is read like any other: perigee restore brings its files back, and perigee sync VAULT#DATASET@ID \
            VAULT#DATASET makes it the newest snapshot again. Once a gc has condemned what only it needs, do so before \
            the grace ends.

            EXAMPLES
              perigee log vault:/backup
              perigee log vault:/backup#photos -n 10
              perigee log vault:/backup#photos@2026-11-01T00:00:00Z --json
              perigee log vault:/backup#photos --forgotten
            """)

    @Argument(
        help: ArgumentHelp(
            "The dataset, as vault:/path#dataset; with @snapshot, from there back.", valueName: "endpoint"))
    var place: String

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many.", valueName: "count"))
    var number: Int?

    @Option(
        help: ArgumentHelp("Only snapshots of a dataset with a lower number in its history.", valueName: "sequence"))
    var before: UInt64?

    @Flag(help: "Show what was forgotten and can still be brought back.")
    var forgotten = false

    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.log/1"
        let place: String
        let snapshots: [SnapshotRow]
        /// `--before` for those that follow; nil where these are the last.
        let next: UInt64?
    }

    func validate() throws {
        if let number, number < 1 { throw ValidationError("--number is 1 or more") }
        if forgotten, before != nil { throw ValidationError("--before is for the history, not for --forgotten") }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let (location, name) = try LocalEnd(parsing: place).vault(place)
        let rows: [SnapshotRow]
        if forgotten {
            rows = try forgotten(VaultAccess.open(location, secrets, context), name)
        } else if let name {
            let selector = try VaultAccess.selector(name.snapshot, in: place)
            rows = try history(VaultAccess.open(location, secrets, context), name.dataset, from: selector, context)
        } else {
            rows = try newest(VaultAccess.open(location, secrets, context))
        }
        // One more was looked for than is shown.
        let shown = Array(rows.prefix(number ?? .max))
        let next = rows.count > shown.count && name != nil && !forgotten ? shown.last?.sequence : nil
        try context.finish(Document(place: place, snapshots: shown, next: next)) {
            text(shown, ofVault: name == nil, $0)
        }
        return .done
    }

    private func history(
        _ vault: Vault, _ dataset: String, from selector: SnapshotSelector, _ context: Context
    ) throws -> [SnapshotRow] {
        let first = try vault.resolve(dataset, selector)
        var history = try vault.history(dataset)
        var rows = [SnapshotRow]()
        while rows.count <= number ?? .max, let snapshot = try history.next() {
            try context.stop.check()
            if snapshot.sequence <= first.sequence, before.map({ snapshot.sequence < $0 }) ?? true {
                rows.append(SnapshotRow(snapshot))
            }
        }
        return rows
    }

    private func newest(_ vault: Vault) throws -> [SnapshotRow] {
        try vault.datasets().prefix(number ?? .max).compactMap { try vault.latest($0).map { SnapshotRow($0) } }
    }

    private func forgotten(_ vault: Vault, _ name: Endpoint.DatasetName?) throws -> [SnapshotRow] {
        if name?.snapshot != nil {
            throw PerigeeError(
                .usage, "a snapshot is named", at: place, remedy: "name the dataset alone, without @ and what follows")
        }
        return try (name.map { [$0.dataset] } ?? vault.datasets()).flatMap { try vault.forgotten($0) }
            .map { SnapshotRow($0) }
    }

    private func text(_ rows: [SnapshotRow], ofVault: Bool, _ style: Style) -> String {
        guard !rows.isEmpty else {
            return forgotten
                ? "nothing that was forgotten is still there\n"
                : "no snapshots yet: perigee snapshot PATH VAULT#DATASET makes one\n"
        }
        var table = Table(
            (ofVault ? "DATASET" : "#", ofVault ? .left : .right), ("SNAPSHOT", .left), ("TIME", .left),
            ("FILES", .right), ("BYTES", .right), ("ADDED", .right), ("STORED", .right), ("SOURCE", .left))
        for row in rows {
            table.row(
                ofVault ? row.dataset : "\(row.sequence)", Format.short(row.id), row.created,
                Quantity.grouped(row.files), Format.size(row.logical), Format.size(row.addedBytes),
                Format.size(row.storedBytes), "\(row.host):\(row.source)")
        }
        return table.rendered(style)
    }
}
