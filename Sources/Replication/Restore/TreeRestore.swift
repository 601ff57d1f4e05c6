internal import Content
internal import Files
internal import Hashing
public import Model
public import Vault
internal import Workers

/// Makes a tree as a snapshot has it: what is equal is not touched, the rest is written aside and put in place.
public struct TreeRestore: Sendable {
    private let vault: Vault
    private let snapshot: Snapshot
    private let destination: String
    private let pair: EndpointPair
    private let options: SyncOptions
    private let only: PathSelection?
    private let context: RunContext

    /// A restore of `snapshot` to the folder `destination`; `pair` names both for what is remembered.
    ///
    /// - Parameter only: which paths are wanted; nil for all. What is there besides is not touched then.
    public init(
        vault: Vault, snapshot: Snapshot, destination: String, pair: EndpointPair,
        options: SyncOptions = SyncOptions(), only: PathSelection? = nil, context: RunContext
    ) {
        self.vault = vault
        self.snapshot = snapshot
        self.destination = destination
        self.pair = pair
        self.options = options
        self.only = only
        self.context = context
    }

    /// Does it, and fills figures, failures and warnings into `report`.
    ///
    /// - Throws: where the destination cannot be opened, is full or read-only, the run was stopped, or deletions were
    ///   refused. Every file of the destination is then either as it was or as it is to be.
    public func run(_ report: inout RunReport) throws {
        let clock = RunClock()
        let reads = StoreReads(vault)
        let target = try TargetTree(path: destination, isDryRun: options.isDryRun)
        let tally = Tally()
        let log = FidelityLog()
        let collector = RecordCollector()
        let recordPath = only == nil ? context.state?.file("records", for: pair) : nil
        // Of a part it is not known beforehand how much that is.
        if only == nil, options.scan.filter.isEmpty { context.progress.expect(logical: snapshot.tree.bytes) }
        context.progress.enter(.transferring)

        let making = MakingShared(tally: tally, collector: collector, firstNames: FirstNames(), context: context)
        let shared = RestoreWorker.Shared(
            vault: vault, making: making, verification: options.verification, parts: KeptParts())
        let lifted = options.isDryRun ? nil : target.root.map { lifting(beneath: $0) }
        if let mode = target.deniedMode { lifted?.note(.root, mode) }
        defer { lifted?.restore() }
        let planWriter = options.isDryRun ? nil : target.root.map { TreeWriter(root: $0, log: log, lifted: lifted) }
        let planner = RestorePlanner(
            site: .init(
                writer: planWriter, options: options, only: only, workers: context.threads, tally: tally,
                collector: collector, lifted: lifted,
                lookUp: EntryCursor(snapshot.tree, source: try vault.pages()), firstNames: shared.making.firstNames,
                parts: shared.parts),
            entries: EntryCursor(snapshot.tree, source: try vault.pages()),
            target: target.root.map { Scanner(target: $0, options: options.scan, lifted: lifted) },
            record: target.isFresh ? nil : recordPath.flatMap { RecordReader(path: $0) },
            renames: RenameFinder(recordPath: target.isFresh ? nil : recordPath, by: .fingerprint))
        if let root = target.root, planWriter != nil {
            try write(planner, shared, root, log, lifted)
        } else {
            try planner.forEach { Self.count($0, tally) }
        }
        clock.lap(\.transfer)
        context.progress.enter(.publishing)
        var refusal: PerigeeError?
        if let planWriter {
            refusal = try finish(planner, shared, planWriter)
            if planner.walk.isChanged { try target.root?.syncFileSystem() }
            keep(recordPath, planner, shared, isFresh: target.isFresh)
        } else {
            try planner.walk.foreseeEnd(beneath: target.root, renamed: planner.renamedCount, options, tally)
        }
        clock.lap(\.publish)
        fill(&report, tally, log)
        reads?.add(to: &report, crossing: true)
        clock.fill(&report)
        if let refusal { throw refusal }
    }

    private func write(
        _ planner: RestorePlanner, _ shared: RestoreWorker.Shared, _ root: FolderHandle, _ log: FidelityLog,
        _ lifted: LiftedFolders?
    ) throws {
        try ActionPipeline<RestoreAction>(workers: context.threads, stop: context.stop).run(
            plan: { try planner.forEach($0) }
        ) {
            let worker = try RestoreWorker(shared, writer: TreeWriter(root: root, log: log, lifted: lifted))
            return { try worker.perform($0) }
        }
    }

    /// Folders of the destination that the snapshot has, or that may be to go, can be lifted.
    private func lifting(beneath root: FolderHandle) -> LiftedFolders {
        let (deletes, tree, vault) = (options.deletes, snapshot.tree, vault)
        return LiftedFolders(root: root) { path in
            guard !deletes else { return true }
            guard let pages = try? vault.pages() else { return false }
            var entries = EntryCursor(tree, source: pages)
            guard (try? entries.seek(to: path)) != nil, let entry = try? entries.next() else { return false }
            return entry.path == path && entry.attributes.kind == .directory
        }
    }

    private func finish(
        _ planner: RestorePlanner, _ shared: RestoreWorker.Shared, _ writer: TreeWriter
    ) throws -> PerigeeError? {
        return try TreeFinish(
            plan: planner.walk, keepsAll: nil, writer: writer, options: options, tally: shared.making.tally,
            stop: context.stop,
            firstNames: shared.making.firstNames, collector: shared.making.collector, parts: shared.parts,
            replace: { scanned, _ in
                // Spools hold no content, so the entry is looked up again.
                var entries = EntryCursor(snapshot.tree, source: try vault.pages())
                try entries.seek(to: scanned.path)
                guard let entry = try entries.next(), entry.path == scanned.path else { return }
                try RestoreWorker(shared, writer: writer).make(entry, existing: nil, EntryFingerprint.of(entry))
            },
            complete: { $0.attributes },
            record: { entry, note, _ in RecordEntry(path: entry.path, fingerprint: note.digest) }
        ).run()
    }

    /// Keeps what is known now, unless nothing is new.
    ///
    /// Where that fails, the next run reads more, and that is all.
    private func keep(
        _ path: String?, _ planner: RestorePlanner, _ shared: RestoreWorker.Shared, isFresh: Bool
    ) {
        guard let path, planner.walk.isChanged else { return }
        do {
            let old = isFresh ? nil : RecordReader(path: path)
            let writer = try RecordWriter(path: path)
            try shared.making.collector.write(to: writer, over: old)
            try writer.finish(binding: snapshot.id.hex)
        } catch {
            shared.making.tally.warn(StateFolder.warning(error))
        }
    }

    /// What a dry run says of an action.
    private static func count(_ action: RestoreAction, _ tally: Tally) {
        switch action {
        case .make(let entry, let existing, _):
            tally.add(existing == nil ? \.new : \.changed)
            tally.add(\.missingBytes, entry.attributes.dataSize)
        case .rename: tally.add(\.renamed)
        case .help: break
        }
    }

    private func fill(_ report: inout RunReport, _ tally: Tally, _ log: FidelityLog) {
        tally.fill(&report)
        report.snapshot = snapshot.id.hex
        report.dryRun = options.isDryRun
        let counts = tally.counts
        report.bytes.wireSent = counts.wireBytes
        report.bytes.wireReceived = counts.wireBytes
        report.bytes.stored = counts.writtenBytes
        report.verified = (options.verification == .none ? .transferred : options.verification).rawValue
        log.fill(&report, requiresFidelity: options.requiresFidelity)
    }
}
