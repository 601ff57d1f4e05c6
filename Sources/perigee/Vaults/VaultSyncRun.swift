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
        let to = try VaultAccess.open(target.place, secrets, context)
        let dataset = target.dataset(usual: snapshot.dataset)
        try refuseSame(from, to, snapshot, dataset)
        var options = VaultSync.Options()
        options.takesHistory = takesHistory
        options.compression = try compression.compression()
        options.isDryRun = isDryRun
        var report = RunReport(verb: "sync", source: source, destination: target.text)
        try context.withProgress("sync") { progress in
            let run = Moves.runContext(context, progress, limit: limit)
            try VaultSync(
                source: from, snapshot: snapshot, destination: to, dataset: dataset, options: options, context: run
            ).run(&report)
            if verification == .full, !isDryRun { try verify(to, context, progress, &report) }
        }
        return try context.finish(report)
    }

    /// A dataset is not brought to where it is.
    private func refuseSame(_ from: Vault, _ to: Vault, _ snapshot: Snapshot, _ dataset: String) throws {
        guard from.descriptor.id == to.descriptor.id, dataset == snapshot.dataset else { return }
        throw PerigeeError(
            .usage, "source and destination are the same dataset of the same vault", at: target.text,
            remedy: "name another vault, or another dataset after the #")
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
