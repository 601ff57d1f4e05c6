internal import ArgumentParser
internal import Content
internal import Model
internal import Replication
internal import Sites
internal import Storage
internal import Vault
internal import Workers

/// Makes a tree as a snapshot has it.
struct Restore: Verb {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a snapshot into a folder, here or on another host.",
        discussion: """
            What is there and equal is not touched, what the snapshot does not have stays. Each file appears whole or \
            not at all; a restore that was stopped goes on when the same command is run again.

            EXAMPLES
              perigee restore vault:/backup#models /data/models
              perigee restore vault:/backup#home@2026-11-01T00:00:00Z old --only '*.md'
              perigee restore vault:/backup#models me@host:/data/models
            """)

    @Argument(help: ArgumentHelp("The snapshot, as vault:/path#dataset@snapshot.", valueName: "endpoint"))
    var source: String
    @Argument(help: ArgumentHelp("The folder to put it into, or user@host:/path.", valueName: "path"))
    var destination: String

    @Option(help: ArgumentHelp("Only what matches, and the folders on the way to it.", valueName: "glob"))
    var only: [String] = []
    @OptionGroup(title: "Destination") var publish: PublishOptions
    @OptionGroup(title: "Speed") var speed: LimitOptions
    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let tree = try TreeEnd(LocalEnd(parsing: destination), destination)
        var options = SyncOptions()
        options.isDryRun = publish.dryRun
        options.comparesContent = publish.checksum
        options.requiresFidelity = publish.requireFidelity
        options.verification = try publish.verification(usual: .transferred)
        return try RestoreRun(
            verb: "restore", source: source, destination: destination, tree: tree, options: options,
            only: only.isEmpty ? nil : PathSelection(only), limit: speed.bucket(context, holdsWire: true)
        ).perform(context, secrets)
    }
}

/// What `restore`, and `sync` out of a vault, do.
struct RestoreRun {
    let verb: String
    let source: String
    let destination: String
    let tree: TreeEnd
    let options: SyncOptions
    let only: PathSelection?
    let limit: TokenBucket?

    /// So many threads at least read from a store on another machine.
    private static let distantThreads = 6

    /// Puts the snapshot in place and prints the report.
    func perform(_ context: Context, _ secrets: SecretOptions) throws -> ExitStatus {
        let (place, name) = try LocalEnd(parsing: source).dataset(source)
        let (vault, snapshot) = try VaultAccess.snapshot(source, secrets, context)
        var report = RunReport(verb: verb, source: source, destination: destination)
        try context.withProgress(verb) { progress in
            let pair = EndpointPair(source: Moves.name(place, name.dataset), destination: tree.name)
            let run = runContext(context, progress, place)
            let put = { (report: inout RunReport) in
                try self.put(snapshot, of: vault, pair, run, context, &report)
                context.sites.account(&report, source: RemoteHost(.vault(place, nil)))
            }
            // What a part takes says nothing of the whole.
            if let only {
                try put(&report)
                if report.files.scanned == 0 {
                    let patterns = only.patterns.joined(separator: ", ")
                    report.warnings.append("no file of the snapshot matches --only \(patterns)")
                }
                return TransferBook(context).record(&report, isAsked: false, at: run.now())
            }
            if options.isDryRun { return try foresee(&report, snapshot, vault, pair, run, context) }
            try Moves.recorded(&report, pair, .outOfVault(snapshot.id), run, context, put)
        }
        return try context.finish(report)
    }

    private func runContext(
        _ context: Context, _ progress: Progress, _ place: Endpoint.VaultPlace
    ) -> RunContext {
        var run = Moves.runContext(context, progress, limit: place.isOverWire || tree.host != nil ? nil : limit)
        // Who waits for a store elsewhere needs no processor meanwhile.
        if case .bucket = place { run.threads = max(run.threads, min(Self.distantThreads, ProcessBounds.threadsMax)) }
        return run
    }

    private func put(
        _ snapshot: Snapshot, of vault: Vault, _ pair: EndpointPair, _ run: RunContext, _ context: Context,
        _ report: inout RunReport
    ) throws {
        switch tree {
        case .here(let path):
            try TreeRestore(
                vault: vault, snapshot: snapshot, destination: path, pair: pair, options: options, only: only,
                context: run
            ).run(&report)
        case .there(let end):
            let (verb, names) = (report.verb, (report.source, report.destination))
            let reads = StoreReads(vault)
            if only == nil, options.scan.filter.isEmpty { run.progress.expect(logical: snapshot.tree.bytes) }
            try Resuming(end.host.host, context).run {
                report = RunReport(verb: verb, source: names.0, destination: names.1)
                try end.tree(context).push(
                    from: vault, snapshot, only: only, named: partName(pair.source), options: options,
                    compression: .auto, context: run, &report)
            }
            reads?.add(to: &report)
        }
    }

    /// What the other host remembers of a part is not what it remembers of the whole.
    private func partName(_ name: String) -> String { only.map { "\(name) \($0.patterns)" } ?? name }

    /// What the restore would do: files that are there are read, as by the restore, and those that are equal counted so.
    private func foresee(
        _ report: inout RunReport, _ snapshot: Snapshot, _ vault: Vault, _ pair: EndpointPair, _ run: RunContext,
        _ context: Context
    ) throws {
        var wishes = EstimateOptions()
        wishes.run = options
        var foreseen = EstimateReport(source: source, destination: destination)
        let estimator =
            switch tree {
            case .here(let path):
                Estimator(
                    vault: vault, snapshot: snapshot, destination: path, pair: pair, options: wishes, context: run)
            case .there(let end): try end.estimator(of: snapshot, in: vault, pair: pair, wishes, run, context)
            }
        try estimator.run(&foreseen)
        report.take(foreseen)
        report.snapshot = snapshot.id.hex
    }
}
