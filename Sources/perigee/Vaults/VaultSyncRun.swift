internal import Content
internal import Model
internal import Replication
internal import Storage
internal import Vault
internal import Workers

/// What `sync` from vault to vault does.
struct VaultSyncRun {
    let source: String
    let target: VaultTarget
    let takesHistory: Bool
    let compression: CompressionOptions
    let verification: Verification
    let isDryRun: Bool
    let limit: TokenBucket?

    /// Brings the snapshots and prints the report.
    func perform(
        _ context: Context, _ secrets: SecretOptions, _ fromSecrets: FromSecretOptions
    ) throws -> ExitStatus {
        let (from, snapshot) = try VaultAccess.snapshot(source, fromSecrets.options(orElse: secrets), context)
        let to = try target.open(after: snapshot, secrets, context)
        var options = VaultSync.Options()
        options.takesHistory = takesHistory
        options.compression = try compression.compression()
        let move = try VaultMove(
            source: source, from: from, snapshot: snapshot, target: target, to: to, options: options)
        var report = RunReport(verb: "sync", source: source, destination: target.text)
        try context.withProgress("sync") { progress in
            let run = Moves.runContext(context, progress, limit: limit)
            guard !isDryRun else { return try foresee(move, run, &report) }
            try Moves.recorded(&report, move.pair, move.wishes(), run, context) { report in
                try move.sync(run).run(&report)
                account(&report, move, context)
            }
            if verification == .full { try verify(to, context, progress, &report) }
        }
        return try context.finish(report)
    }

    /// Has `report` say what crossed to the destination where that is on another host, else what came from the source.
    private func account(_ report: inout RunReport, _ move: VaultMove, _ context: Context) {
        if let host = RemoteHost(.vault(target.place, nil)) {
            context.sites.account(&report, destination: host)
        } else if case .folder = target.place, let host = move.sourceHost {
            context.sites.account(&report, source: host)
        }
    }

    /// What the run would do.
    private func foresee(_ move: VaultMove, _ run: RunContext, _ report: inout RunReport) throws {
        var wishes = EstimateOptions()
        wishes.compression = move.options.compression
        var foreseen = EstimateReport(source: source, destination: target.text)
        try move.estimator(wishes, run).run(&foreseen)
        report.take(foreseen)
    }

    /// Reads back all of the destination.
    private func verify(_ vault: Vault, _ context: Context, _ progress: Progress, _ report: inout RunReport) throws {
        progress.enter(.verifying)
        let found = try vault.verify(VerifyOptions(level: .data, stop: context.stop))
        report.verified = Verification.full.rawValue
        guard let damage = found.damages.first else { return }
        throw PerigeeError(
            .damaged, "the snapshots were brought, but \(damage.problem)", at: damage.place,
            remedy: "perigee verify \(target.place) --data names all that is hit")
    }
}
