internal import ArgumentParser
internal import Model
internal import Replication
internal import Storage
internal import Vault
internal import Workers

/// Makes a tree as a snapshot has it.
struct Restore: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Put a snapshot into a folder.",
        discussion: """
            What is there and equal is not touched, what the snapshot does not have stays. Each file appears whole or \
            not at all; a restore that was stopped goes on when the same command is run again.

            EXAMPLES
              perigee restore vault:/backup#models /data/models
              perigee restore vault:/backup#home@2026-11-01T00:00:00Z /tmp/old --only 'docs/**'
            """)

    @Argument(help: ArgumentHelp("The snapshot, as vault:/path#dataset@snapshot.", valueName: "endpoint"))
    var source: String
    @Argument(help: ArgumentHelp("The folder to put it into.", valueName: "path")) var destination: String

    @Option(help: ArgumentHelp("Only what matches, and the folders on the way to it.", valueName: "glob"))
    var only: [String] = []
    @OptionGroup(title: "Destination") var publish: PublishOptions
    @OptionGroup(title: "Speed") var speed: LimitOptions
    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let path = try LocalEnd(parsing: destination).tree(destination)
        var options = SyncOptions()
        options.isDryRun = publish.dryRun
        options.comparesContent = publish.checksum
        options.requiresFidelity = publish.requireFidelity
        options.verification = try publish.verification(usual: .transferred)
        return try RestoreRun(
            verb: "restore", source: source, destination: destination, path: path, options: options,
            only: only.isEmpty ? nil : PathSelection(only), limit: speed.bucket(context, holdsWire: true)
        ).perform(context, secrets)
    }
}

/// What `restore`, and `sync` out of a vault, do.
struct RestoreRun {
    let verb: String
    let source: String
    let destination: String
    let path: String
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
            let pair = EndpointPair(source: Moves.name(place, name.dataset), destination: Moves.absolute(path))
            var run = Moves.runContext(context, progress, limit: place.isOverWire ? nil : limit)
            // Who waits for a store elsewhere needs no processor meanwhile.
            if case .bucket = place { run.threads = max(run.threads, Self.distantThreads) }
            let restore = TreeRestore(
                vault: vault, snapshot: snapshot, destination: path, pair: pair, options: options, only: only,
                context: run)
            // What a part takes says nothing of the whole.
            guard only == nil else {
                try restore.run(&report)
                return context.sites.account(&report)
            }
            try Moves.recorded(&report, pair, .outOfVault(snapshot.id), run) { report in
                try restore.run(&report)
                context.sites.account(&report)
            }
        }
        return try context.finish(report)
    }
}
