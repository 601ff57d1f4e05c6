internal import ArgumentParser
internal import Content
internal import Model
internal import Replication
internal import Storage
internal import Vault
internal import Workers

/// Makes a snapshot of a tree in a vault.
struct SnapshotVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Make a snapshot of a folder in a vault.",
        discussion: """
            Reads what changed since this machine's last snapshot of the folder, and stores the chunks that the vault \
            lacks. Without #DATASET the dataset is called after the folder.

            EXAMPLES
              perigee snapshot /data/models vault:/backup#models
              perigee snapshot . vault:/backup --compress zstd:6 --exclude '*.tmp'
            """)

    @Argument(help: ArgumentHelp("The folder.", valueName: "path")) var source: String
    @Argument(help: ArgumentHelp("The vault, as vault:/path#dataset.", valueName: "vault")) var destination: String

    @Flag(help: "Read all files, whatever is remembered of them.") var checksum = false
    @OptionGroup(title: "Files") var filter: FilterOptions
    @OptionGroup(title: "Vault") var compression: CompressionOptions
    @OptionGroup(title: "Speed") var speed: LimitOptions
    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let path = try LocalEnd(parsing: source).tree(source)
        let (place, name) = try LocalEnd(parsing: destination).vault(destination)
        return try SnapshotRun(
            verb: "snapshot", source: source, path: path, destination: destination, place: place, name: name,
            checksum: checksum, filter: filter, compression: compression, verification: .none,
            limit: speed.bucket(context, holdsWire: true)
        ).perform(context, secrets)
    }
}

/// What `snapshot`, and `sync` into a vault, do.
struct SnapshotRun {
    let verb: String
    let source: String
    let path: String
    let destination: String
    let place: Endpoint.VaultPlace
    let name: Endpoint.DatasetName?
    let checksum: Bool
    let filter: FilterOptions
    let compression: CompressionOptions
    let verification: Verification
    let limit: TokenBucket?
    var isDryRun = false

    /// Makes the snapshot and prints the report.
    func perform(_ context: Context, _ secrets: SecretOptions) throws -> ExitStatus {
        if let selector = name?.snapshot {
            throw PerigeeError(
                .usage, "a snapshot is made, not named: @\(selector)", at: destination,
                remedy: "leave the @ and what follows away")
        }
        try Moves.checkIsFolder(path)
        let absolute = Moves.absolute(path)
        let dataset = name?.dataset ?? Self.dataset(of: absolute)
        var options = Archiver.Options()
        options.compression = try compression.compression()
        options.scan = try filter.scanOptions()
        options.rereads = checksum
        options.program = "perigee \(Perigee.version)"
        options.verification = verification
        let vault = try VaultAccess.open(place, secrets, context)
        var report = RunReport(verb: verb, source: source, destination: destination)
        try context.withProgress(verb) { progress in
            let pair = EndpointPair(source: absolute, destination: Moves.name(place, dataset))
            let run = Moves.runContext(context, progress, limit: place.isOverWire ? nil : limit)
            guard !isDryRun else { return try foresee(&report, vault, dataset, pair, options, run) }
            let wishes = RunWishes.intoVault(
                after: try vault.latest(dataset)?.id, compression: options.compression, scan: options.scan,
                rereads: checksum)
            try Moves.recorded(&report, pair, wishes, run) { report in
                try Archiver(
                    root: path, vault: vault, dataset: dataset, pair: pair, options: options, context: run
                ).run(&report)
                context.sites.account(&report)
            }
        }
        return try context.finish(report)
    }

    /// What the run would do, as far as that can be known without doing it.
    private func foresee(
        _ report: inout RunReport, _ vault: Vault, _ dataset: String, _ pair: EndpointPair,
        _ options: Archiver.Options, _ run: RunContext
    ) throws {
        var wishes = EstimateOptions()
        wishes.compression = options.compression
        wishes.run.scan = options.scan
        wishes.run.comparesContent = options.rereads
        var foreseen = EstimateReport(source: source, destination: destination)
        try Estimator(root: path, vault: vault, dataset: dataset, pair: pair, options: wishes, context: run)
            .run(&foreseen)
        report.take(foreseen)
    }

    /// The dataset of a folder for which none is named.
    static func dataset(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? "root"
    }
}
