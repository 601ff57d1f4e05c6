internal import ArgumentParser
internal import Content
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// Drops snapshots.
struct Forget: Verb {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Drop snapshots of a dataset by rules, or one by name.",
        discussion: """
            Looks at the snapshots from the newest to the oldest. --keep-last N keeps the newest N. --keep-daily N \
            keeps the newest one of each of the last N days that have snapshots; hourly, weekly (from Monday on), \
            monthly and yearly likewise. --keep-within keeps what is no older than that before the newest. What any rule \
            keeps is kept, the rest is forgotten; perigee gc gives its room back. Of a vault without a dataset, the \
            rules are for each of its datasets. The last snapshot of a dataset stays, unless --allow-empty is given.

            EXAMPLES
              perigee forget vault:/backup#home --keep-daily 7 --keep-monthly 12
              perigee forget vault:/backup --keep-within 30d --dry-run
              perigee forget vault:/backup#home@4f2a91
            """)

    @Argument(
        help: ArgumentHelp("The dataset, as vault:/path#dataset; with @snapshot, that one.", valueName: "endpoint"))
    var place: String

    @OptionGroup(title: "What is kept") var rules: RetentionOptions

    @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "Say what would be forgotten, and change nothing.")
    var dryRun = false

    @Flag(help: "Let a dataset be left without any snapshot.")
    var allowEmpty = false

    @Option(
        help: ArgumentHelp(
            "Where days begin: UTC (usual), local, +02:00, or a name such as Europe/Berlin.", valueName: "zone"))
    var timeZone = "UTC"

    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let (location, name) = try LocalEnd(parsing: place).vault(place)
        let retention = try rules.retention()
        let zone = try TimeZoneRule(parsing: timeZone)
        if name?.snapshot != nil, !retention.isEmpty {
            throw PerigeeError(
                .usage, "a snapshot is named, and rules are given", at: place,
                remedy: "name one snapshot after the @, or give rules for the dataset")
        }
        if name?.snapshot == nil, retention.isEmpty {
            throw PerigeeError(
                .usage, "no rule says what is kept", at: place,
                remedy: "give one or more of --keep-last, --keep-daily, ..., or name a snapshot as @ID")
        }
        let vault = try VaultAccess.open(location, secrets, context)
        let datasets = try name.map { [$0.dataset] } ?? vault.datasets()
        let selector = try name?.snapshot.map { try VaultAccess.selector($0, in: place) }
        let rows = try datasets.map { dataset in
            try context.stop.check()
            let judged = try judge(vault, dataset, selector, retention, zone)
            if !dryRun {
                let ids = Set(judged.filter { !$0.kept }.compactMap { ContentID(hex: $0.id) })
                try vault.forget(ids, of: dataset, allowsEmpty: allowEmpty)
            }
            return ForgetDocument.Dataset(dataset: dataset, snapshots: judged)
        }
        let document = ForgetDocument(place: place, dryRun: dryRun, datasets: rows)
        ForgottenNote(document).write(context)
        try context.finish(document) { document.text($0) }
        return .done
    }

    /// What becomes of each snapshot of `dataset`, the newest first.
    private func judge(
        _ vault: Vault, _ dataset: String, _ selector: SnapshotSelector?, _ retention: Retention, _ zone: TimeZoneRule
    ) throws -> [ForgetDocument.Row] {
        var history = try vault.history(dataset)
        var snapshots: [Snapshot] = []
        while let snapshot = try history.next() { snapshots.append(snapshot) }
        guard !snapshots.isEmpty else {
            throw PerigeeError(
                .notFound, "there is no such dataset", at: place,
                remedy: "perigee log on the vault lists what there is")
        }
        let reasons: [ContentID: [String]]
        if let selector {
            let named = try vault.resolve(dataset, selector).id
            reasons = Dictionary(uniqueKeysWithValues: snapshots.map { ($0.id, $0.id == named ? [] : ["not named"]) })
        } else {
            let verdicts = retention.judge(snapshots.map { ($0.id, $0.created) }) { zone.offset(at: $0) }
            reasons = Dictionary(uniqueKeysWithValues: verdicts.map { ($0.id, $0.reasons) })
        }
        let rows = snapshots.map { ForgetDocument.Row($0, reasons[$0.id] ?? []) }
        guard allowEmpty || rows.contains(where: \.kept) else {
            throw PerigeeError(
                .refused, "no snapshot of \(dataset) would be left", at: place,
                remedy: "keep one with --keep-last 1; or, if the dataset is to go, add --allow-empty")
        }
        return rows
    }
}
