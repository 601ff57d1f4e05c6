internal import ArgumentParser
internal import Content
internal import Model
internal import Replication
internal import Sites
internal import Storage
internal import Vault
internal import Workers

/// Makes a snapshot of a tree in a vault.
struct SnapshotVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Make a snapshot of a folder, here or on another host, in a vault.",
        discussion: """
            Reads what changed since this machine's last snapshot of the folder, and stores the chunks that the vault \
            lacks. Without #DATASET the dataset is called after the folder.

            EXAMPLES
              perigee snapshot /data/models vault:/backup#models
              perigee snapshot . vault:/backup --compress zstd:6 --exclude '*.tmp'
              perigee snapshot me@host:/data/models vault:/backup#models
            """)

    @Argument(help: ArgumentHelp("The folder, or user@host:/path.", valueName: "path")) var source: String
    @Argument(help: ArgumentHelp("The vault, as vault:/path#dataset.", valueName: "vault")) var destination: String

    @Flag(help: "Read all files, whatever is remembered of them.") var checksum = false
    @OptionGroup(title: "Files") var filter: FilterOptions
    @OptionGroup(title: "Vault") var compression: CompressionOptions
    @OptionGroup(title: "Speed") var speed: LimitOptions
    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let tree = try TreeEnd(LocalEnd(parsing: source), source)
        return try SnapshotRun(
            verb: "snapshot", source: source, tree: tree,
            target: VaultTarget(LocalEnd(parsing: destination), destination),
            checksum: checksum, filter: filter, compression: compression, verification: .none,
            limit: speed.bucket(context, holdsWire: true)
        ).perform(context, secrets)
    }
}

/// What `snapshot`, and `sync` into a vault, do.
struct SnapshotRun {
    let verb: String
    let source: String
    let tree: TreeEnd
    let target: VaultTarget
    let checksum: Bool
    let filter: FilterOptions
    let compression: CompressionOptions
    let verification: Verification
    let limit: TokenBucket?
    var isDryRun = false

    /// Makes the snapshot and prints the report.
    func perform(_ context: Context, _ secrets: SecretOptions) throws -> ExitStatus {
        try tree.checkIsFolder()
        let (place, dataset) = (target.place, target.dataset(usual: Self.dataset(of: tree.name)))
        var options = Archiver.Options()
        options.compression = try compression.compression()
        options.scan = try filter.scanOptions()
        options.rereads = checksum
        options.program = "perigee \(Perigee.version)"
        options.verification = verification
        let pair = EndpointPair(source: tree.name, destination: Moves.name(place, dataset))
        let known = StateFolder(path: context.options.stateFolder).lastSnapshot(of: pair)
        let prospect = VaultProspect(dataset: dataset, snapshot: known, writes: !isDryRun)
        let crossing = context.sites.crossing(to: place)
        let vault = try VaultAccess.open(place, secrets, context, for: prospect)
        var report = RunReport(verb: verb, source: source, destination: target.text)
        try context.withProgress(verb) { progress in
            let run = Moves.runContext(context, progress, limit: place.isOverWire || tree.host != nil ? nil : limit)
            guard !isDryRun else { return try foresee(&report, vault, dataset, pair, options, crossing, run, context) }
            let wishes = RunWishes.intoVault(
                after: try vault.latest(dataset)?.id, compression: options.compression, scan: options.scan,
                rereads: checksum)
            try Moves.recorded(&report, pair, wishes, run, context) { report in
                try archive(vault, dataset, pair, options, run, context, &report)
                context.sites.account(&report, source: tree.host)
            }
        }
        return try context.finish(report)
    }

    private func archive(
        _ vault: Vault, _ dataset: String, _ pair: EndpointPair, _ options: Archiver.Options, _ run: RunContext,
        _ context: Context, _ report: inout RunReport
    ) throws {
        switch tree {
        case .here(let path):
            try Archiver(
                root: path, vault: vault, dataset: dataset, pair: pair, options: options, context: run
            ).run(&report)
        case .there(let end):
            try end.tree(context).archive(
                into: vault, dataset: dataset, pair: pair, options: options, context: run, &report)
        }
    }

    /// What the run would do, as far as that can be known without doing it.
    private func foresee(
        _ report: inout RunReport, _ vault: Vault, _ dataset: String, _ pair: EndpointPair,
        _ options: Archiver.Options, _ crossing: (@Sendable () -> HostTraffic)?, _ run: RunContext, _ context: Context
    ) throws {
        var wishes = EstimateOptions()
        wishes.compression = options.compression
        wishes.run.scan = options.scan
        wishes.run.comparesContent = options.rereads
        wishes.traffic = crossing
        var foreseen = EstimateReport(source: source, destination: target.text)
        let estimator =
            switch tree {
            case .here(let path):
                Estimator(root: path, vault: vault, dataset: dataset, pair: pair, options: wishes, context: run)
            case .there(let end):
                try end.estimator(into: vault, dataset: dataset, pair: pair, wishes, run, context)
            }
        try estimator.run(&foreseen)
        report.take(foreseen)
    }

    /// The dataset of a folder for which none is named.
    static func dataset(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? "root"
    }
}
