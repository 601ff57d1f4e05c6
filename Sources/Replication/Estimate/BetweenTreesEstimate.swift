internal import Files
internal import Hashing
internal import Model
internal import Synchronization
internal import Vault
internal import Workers

/// Finds what a sync of two trees would move: plans and compares as the sync does, and writes nothing.
///
/// First all files are found that would be written. Their chunks, less those that the destination holds in any of its
/// files, are what it lacks. On one host nothing is compressed, and a file that is written is handed over whole.
struct BetweenTreesEstimate {
    /// The source's root.
    let source: String
    /// The destination's root, which need not exist.
    let destination: String
    /// Both ends by name.
    let pair: EndpointPair
    /// What was asked.
    let options: EstimateOptions
    /// What a run needs.
    let context: RunContext

    /// Looks, and counts files and bytes into `tally`.
    func run(_ tally: Tally) throws -> EstimateFindings {
        let start = SystemClock.monotonic()
        try refuseNested(source: source, destination: destination)
        let tree = try SourceTree(root: source, options: options.run.scan)
        let target = try TargetTree(path: destination, isDryRun: true)
        context.progress.enter(.scanning)
        let files = WrittenFiles()
        try compare(tree, target.root, tally, files)
        context.progress.enter(.comparing)
        let census = ChunkCensus()
        let written = files.count
        let handed = try cut(files, tree, census, tally)
        for failure in tree.failures { tally.fail(failure.path, failure.error) }
        let elapsed = SystemClock.monotonic() - start
        var findings = EstimateFindings()
        if handed > 0, target.root != nil {
            let read = try HeldChunks(root: destination, scan: options.run.scan, context: context).add(to: census)
            findings.assumptions.append(
                "the destination's files hold their chunks; \(ByteCount(read)) of them were read to know these")
        }
        let totals = try census.totals()
        findings.missing = .init(chunks: totals.chunks, bytes: totals.bytes)
        findings.wire = Spread(exactly: handed)
        findings.stored = findings.wire
        findings.localSeconds = elapsed + TimeModel.making(written, in: destination, threads: context.threads)
        findings.assumptions.append("on one host nothing is compressed, and what differs is handed over whole")
        return findings
    }

    /// Finds the files that would be written; counts the rest.
    private func compare(
        _ tree: SourceTree, _ target: FolderHandle?, _ tally: Tally, _ files: WrittenFiles
    ) throws {
        let recordPath = target == nil ? nil : context.state?.file("records", for: pair)
        let planner = SyncPlanner(
            site: .init(
                feed: tree.scanner(), isGone: { tree.isGone($0) }, writer: nil, options: options.run, tally: tally,
                collector: RecordCollector()),
            target: try target.map { try Scanner(root: $0, options: options.run.scan) },
            record: recordPath.flatMap { RecordReader(path: $0) },
            renames: RenameFinder(recordPath: recordPath, by: .inode))
        try ActionPipeline<SyncAction>(workers: context.threads, stop: context.stop).run(
            plan: { try planner.forEach($0) }
        ) {
            let comparer = FileComparer(source: tree, target: target, stop: context.stop)
            return { action in
                do {
                    try look(action, comparer, tally, files)
                } catch let error as PerigeeError where error.code != .interrupted {
                    tally.fail(action.scanned.path, error)
                }
            }
        }
        try planner.walk.foreseeEnd(beneath: target, renamed: planner.renamedCount, options.run, tally)
    }

    private func look(
        _ action: SyncAction, _ comparer: FileComparer, _ tally: Tally, _ files: WrittenFiles
    ) throws {
        let scanned = action.scanned
        switch action {
        case .special(_, let existing, _):
            let isSame = existing.map { FileComparer.attributesAgree(scanned, $0) } ?? false
            tally.add(existing == nil ? \.new : isSame ? \.unchanged : \.changed)
        case .rename(_, let old, let isCertain):
            guard try isCertain || comparer.isEqual(scanned, at: old.path) else { return try files.add(scanned) }
            tally.add(\.renamed)
            tally.add(\.reusedBytes, scanned.attributes.size)
        case .write(_, let existing, _, _):
            let isFile = existing?.attributes.kind == .file
            if let existing, isFile, existing.attributes.size == scanned.attributes.size,
                try comparer.isEqual(scanned, at: existing.path)
            {
                tally.add(FileComparer.attributesAgree(scanned, existing) ? \.unchanged : \.changed)
                return tally.add(\.reusedBytes, scanned.attributes.size)
            }
            tally.add(isFile ? \.changed : \.new)
            try files.add(scanned)
        }
    }

    /// Cuts the files that would be written into `census`.
    ///
    /// - Returns: the bytes of their data.
    private func cut(
        _ files: WrittenFiles, _ tree: SourceTree, _ census: ChunkCensus, _ tally: Tally
    ) throws -> UInt64 {
        let handed = Atomic<UInt64>(0)
        let consumer = FileLooks(tally: tally, progress: context.progress) { run in
            handed.wrappingAdd(run.dataSize, ordering: .relaxed)
        }
        let pipeline = ArchivePipeline(
            tree: tree, workers: context.threads, stop: context.stop, tally: tally, progress: context.progress,
            now: context.now)
        let progress = context.progress
        try pipeline.run(planner: files, chunker: Chunker(.standard), board: ArchiveBoard(), assembler: consumer) {
            CensusSink(
                key: HeldChunks.key, role: .wanted { _ in false }, census: census, tally: tally, progress: progress)
        }
        return handed.load(ordering: .relaxed)
    }
}

/// The files that would be written, put by from several threads.
private final class WrittenFiles: ArchivePlanning, Sendable {
    private let spool = Mutex(Spool(isReversed: false))

    var count: UInt64 { spool.withLock { $0.count } }

    func add(_ scanned: ScannedEntry) throws { try spool.withLock { try $0.add(scanned) } }

    func forEach(_ body: (ArchiveItem) throws -> Void) throws {
        let full = spool.withLock { held in
            let full = held
            held = Spool(isReversed: false)
            return full
        }
        try full.forEach { scanned, _ in try body(.look(scanned, group: nil, previous: nil)) }
    }
}
