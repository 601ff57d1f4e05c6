internal import ArgumentParser
internal import Model
internal import Replication
internal import Sites
internal import Workers

/// Makes one end like the other.
struct Sync: Verb {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Make DST like SRC: folders here or on other hosts, into a vault, out of one, between two.",
        discussion: """
            What lies in SRC comes to lie in DST. Nothing is deleted without --delete; nothing that is equal is \
            touched; a file appears whole or not at all. A run that was stopped goes on when it is run again.

            EXAMPLES
              perigee sync /data/a /mnt/b --delete
              perigee sync /data/a me@host:/mnt/b
              perigee sync ssh://me@host:2222/data/a /mnt/b --delete
              perigee sync /data/a perigee://server:7374/a
              perigee sync perigee://server/a perigee://other/b
              perigee sync me@host:/data/a me@other:/data/b --route direct
              perigee sync /data/a vault:/backup#a
              perigee sync me@host:/data/a vault:/backup#a
              perigee sync vault:/backup#a@latest~1 /data/a --dry-run
              perigee sync vault:/backup#a vault:/second#a --history
            """)

    @Argument(help: ArgumentHelp("Where the data is.", valueName: "src")) var source: String
    @Argument(help: ArgumentHelp("Where it shall be too.", valueName: "dst")) var destination: String

    @Flag(help: "Remove from a folder DST what SRC does not have.") var delete = false
    @Option(
        help: ArgumentHelp(
            "Remove nothing where it would be more than so many entries, or more than P% of what is there (usually 50%).",
            valueName: "n|p%"))
    var maxDelete: String?
    @Option(
        help: ArgumentHelp(
            "in-place, or generations: the whole appears at once as DST/current, earlier ones stay.", valueName: "how"))
    var publish = "in-place"
    @Flag(help: "Between vaults: bring all snapshots up to SRC that DST lacks, not SRC alone.") var history = false
    @OptionGroup(title: "Way") var route: RouteOptions
    @OptionGroup(title: "Files") var filter: FilterOptions
    @OptionGroup(title: "Destination") var options: PublishOptions
    @OptionGroup(title: "Vault") var compression: CompressionOptions
    @OptionGroup(title: "Speed") var speed: LimitOptions
    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Secret of SRC, where both are vaults") var fromSecrets: FromSecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if maxDelete != nil, !delete { throw ValidationError("--max-delete goes with --delete") }
        if !["in-place", "generations"].contains(publish) {
            throw ValidationError("--publish is in-place or generations, not \(publish)")
        }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        // Also where nothing is compressed: a wrong word is wrong between any two ends.
        _ = try compression.compression()
        do {
            if let status = try performAssuming(context) { return status }
        } catch let error as PerigeeError where Self.mayBeMistaken.contains(error.code) {
            // The agent knows no tree of that name: what it has instead, or why not, it says when it is asked.
        }
        return try perform(between: (try LocalEnd(parsing: source), try LocalEnd(parsing: destination)), context)
    }

    /// What an agent answers where a tree was asked for and there is none, or not for this site.
    private static let mayBeMistaken: Set<PerigeeError.Code> = [.usage, .notFound, .denied]

    /// Does it without asking an agent first whether the one end that it has is a tree, which it nearly always is.
    ///
    /// That is a round trip less. Nil where that is not what the ends are.
    private func performAssuming(_ context: Context) throws -> ExitStatus? {
        let agents = try [source, destination].filter { try LocalEnd.isAgent($0) }
        guard agents.count == 1 else { return nil }
        let ends = (
            try LocalEnd(parsing: source, assumesTree: true), try LocalEnd(parsing: destination, assumesTree: true)
        )
        switch ends {
        case (.tree, .remoteTree), (.remoteTree, .tree): return try perform(between: ends, context)
        default: return nil
        }
    }

    private func perform(between ends: (LocalEnd, LocalEnd), _ context: Context) throws -> ExitStatus {
        if history, case (.vault, .vault) = ends {} else if history { try refuse([("--history", true)]) }
        if case (.remoteTree, .remoteTree) = ends {} else { try refuse([("--route", route.route != .auto)]) }
        switch ends {
        case (.tree(let from), .tree(let to)): return try copy(from, to, context)
        case (.tree(let from), .remoteTree(let end)):
            try Moves.checkIsFolder(from)
            return try remoteRun(end, here: from, .push, context).perform(context)
        case (.remoteTree(let end), .tree(let to)):
            return try remoteRun(end, here: to, .pull, context).perform(context)
        case (.remoteTree(let from), .remoteTree(let to)):
            return try HostsRun(
                source: source, destination: destination, from: from, to: to, options: syncOptions(usual: .none),
                compression: compression.compression(), generations: publish == "generations", route: route.route,
                limit: speed.bucket(context)
            ).perform(context)
        case (.tree, .vault), (.remoteTree, .vault):
            // A snapshot is what the folder is: --delete asks for what happens anyway.
            try refuse([("--publish generations", publish != "in-place")])
            return try SnapshotRun(
                verb: "sync", source: source, tree: TreeEnd(ends.0, source), target: VaultTarget(ends.1, destination),
                checksum: options.checksum, filter: filter, compression: compression,
                verification: options.verification(usual: .none), limit: speed.bucket(context, holdsWire: true),
                isDryRun: options.dryRun
            ).perform(context, secrets)
        case (.vault, .tree), (.vault, .remoteTree):
            try refuse([("--publish generations", publish != "in-place")])
            return try RestoreRun(
                verb: "sync", source: source, destination: destination, tree: TreeEnd(ends.1, destination),
                options: syncOptions(usual: .transferred), only: nil, limit: speed.bucket(context, holdsWire: true)
            ).perform(context, secrets)
        case (.vault, .vault):
            try refuse([
                ("--publish generations", publish != "in-place"), ("--delete", delete),
                ("--checksum", options.checksum), ("--exclude", !filter.excludes.isEmpty),
                ("--include", !filter.includes.isEmpty), ("--exclude-from", !filter.excludeFiles.isEmpty),
            ])
            return try VaultSyncRun(
                source: source, target: VaultTarget(ends.1, destination), takesHistory: history,
                compression: compression, verification: options.verification(usual: .transferred),
                isDryRun: options.dryRun, limit: speed.bucket(context)
            ).perform(context, secrets, fromSecrets)
        }
    }

    private func copy(_ from: String, _ to: String, _ context: Context) throws -> ExitStatus {
        try Moves.checkIsFolder(from)
        var report = RunReport(verb: "sync", source: source, destination: destination)
        let wishes = try syncOptions(usual: .none)
        let limit = try speed.bucket(context)
        let pair = EndpointPair(source: Moves.absolute(from), destination: Moves.absolute(to))
        try context.withProgress("sync") { progress in
            let run = Moves.runContext(context, progress, limit: limit)
            if options.dryRun, publish == "in-place" {
                return try foresee(&report, from, to, pair, wishes, run)
            }
            try Moves.recorded(&report, pair, .betweenTrees(wishes), run, context) { report in
                let sync = TreeSync(source: from, destination: to, pair: pair, options: wishes, context: run)
                if publish == "generations" {
                    try Generations(sync).run(&report)
                } else {
                    try sync.run(&report)
                }
            }
        }
        return try context.finish(report)
    }

    /// What the run would do: files that are at both ends are read, as by the run, and those that are equal counted so.
    private func foresee(
        _ report: inout RunReport, _ from: String, _ to: String, _ pair: EndpointPair, _ wishes: SyncOptions,
        _ run: RunContext
    ) throws {
        var options = EstimateOptions()
        options.run = wishes
        var foreseen = EstimateReport(source: source, destination: destination)
        try Estimator(source: from, destination: to, pair: pair, options: options, context: run).run(&foreseen)
        report.take(foreseen)
    }

    private func remoteRun(
        _ end: RemoteEnd, here: String, _ way: RemoteRun.Way, _ context: Context
    ) throws -> RemoteRun {
        _ = try speed.bucket(context, holdsWire: true)
        return RemoteRun(
            source: source, destination: destination, end: end, here: here, way: way,
            options: try syncOptions(usual: .none), compression: try compression.compression(),
            generations: publish == "generations")
    }

    private func syncOptions(usual: Verification) throws -> SyncOptions {
        var wishes = SyncOptions()
        wishes.isDryRun = options.dryRun
        wishes.deletes = delete
        wishes.comparesContent = options.checksum
        wishes.requiresFidelity = options.requireFidelity
        wishes.verification = try options.verification(usual: usual)
        wishes.scan = try filter.scanOptions()
        if let maxDelete {
            guard let limit = SyncOptions.DeletionLimit(parsing: maxDelete) else {
                throw PerigeeError(
                    .usage, "\(maxDelete) is no limit", at: "--max-delete", remedy: "write a number, or 10%")
            }
            wishes.deletionLimit = limit
        }
        return wishes
    }

    /// Refuses options that mean nothing between these ends.
    private func refuse(_ given: [(name: String, isGiven: Bool)]) throws {
        for option in given where option.isGiven {
            throw PerigeeError(
                .usage, "\(option.name) means nothing between these two ends", at: destination,
                remedy: "leave it away; perigee estimate says what a run would do")
        }
    }
}
