public import Content
internal import Files
internal import Hashing
public import Model
internal import Storage
public import Vault
internal import Workers

/// Makes a snapshot of a tree in a vault: reads what changed, stores what is missing.
///
/// Files that are as they were at the last snapshot that this machine made of the tree cost their metadata only.
public struct Archiver: Sendable {
    /// What the user asked for.
    public struct Options: Sendable {
        /// How chunks are compressed.
        public var compression: Compression = .auto
        /// Which files, how they are scanned.
        public var scan = ScanOptions()
        /// Read every file, whatever is remembered of it.
        public var rereads = false
        /// The program's version, kept in the snapshot.
        public var program = ""
        /// What is to be checked of what was stored.
        public var verification = Verification.none

        /// The defaults.
        public init() {}
    }

    /// Where the tree is.
    private enum Place: Sendable {
        case here(root: String)
        case elsewhere(listing: any MessageChannel, files: any MessageChannel)
    }

    private let place: Place
    private let vault: Vault
    private let dataset: String
    private let pair: EndpointPair
    private let options: Options
    private let context: RunContext

    /// An archiver of the tree at `root` into `dataset` of `vault`; `pair` names both ends for what is remembered.
    public init(
        root: String, vault: Vault, dataset: String, pair: EndpointPair, options: Options = Options(),
        context: RunContext
    ) {
        place = .here(root: root)
        self.vault = vault
        self.dataset = dataset
        self.pair = pair
        self.options = options
        self.context = context
    }

    /// An archiver of the tree that an ``ExchangeSource`` at the other ends of `listing` and `files` has.
    public init(
        listing: any MessageChannel, files: any MessageChannel, vault: Vault, dataset: String, pair: EndpointPair,
        options: Options = Options(), context: RunContext
    ) {
        place = .elsewhere(listing: listing, files: files)
        self.vault = vault
        self.dataset = dataset
        self.pair = pair
        self.options = options
        self.context = context
    }

    /// Makes the snapshot, and fills figures, failures and warnings into `report`.
    ///
    /// - Throws: where the root cannot be read, the vault cannot be written, or the run was stopped; the dataset is then as
    ///   it was, and what was stored is used again by the next run.
    public func run(_ report: inout RunReport) throws {
        let clock = RunClock()
        let before = vault.beginAccount()
        let created = context.now()
        let tally = Tally()
        context.progress.enter(.scanning)
        let tree = try openTree()
        let (limit, progress) = (context.limit, context.progress)
        let session = try vault.beginWriting(options.compression) { bytes in
            limit?.take(bytes)
            progress.add(wire: bytes)
        }
        // After the session has begun: what a gc deletes of it from then on shows when the session commits.
        let base = try SnapshotMemory(vault: vault, dataset: dataset, pair: pair, state: context.state)
        try (tree as? DistantTree)?.compare(with: base.snapshot)
        try (tree as? DistantTree)?.awaitListing()
        clock.lap(\.scan)
        let pages = try session.pageSink()
        let record = base.newRecord(keepsOld: !options.rereads, tally)
        context.progress.enter(.transferring)
        let board = ArchiveBoard()
        let assembler = ArchiveAssembler(
            tree: tree, board: board, sink: pages, pages: try vault.pages(copies: true), record: record, tally: tally,
            progress: context.progress, now: context.now)
        let planner = try ArchivePlanner(
            tree: tree, record: options.rereads ? nil : base.record, leaves: try base.leaves(),
            pages: try vault.pages(copies: true), tally: tally)
        let pipeline = ArchivePipeline(
            tree: tree, workers: context.threads, stop: context.stop, tally: tally, progress: context.progress,
            now: context.now)
        try pipeline.run(
            planner: planner, chunker: Chunker(vault.descriptor.chunker), board: board, assembler: assembler
        ) { VaultSink(try session.chunkWriter(), tally: tally, progress: progress) }
        try (tree as? DistantTree)?.finish()
        for failure in tree.failures { tally.fail(failure.path, failure.error) }
        let root = try assembler.finish()
        try pages.depart()
        try session.awaitPacks()
        clock.lap(\.transfer)

        context.progress.enter(.committing)
        try context.stop.check()
        let draft = draft(root, created, tally.counts, session.statistics)
        let snapshot = try session.commit(draft, dataset: dataset, expecting: base.snapshot?.id)
        base.keep(record, for: snapshot, tally)
        clock.lap(\.publish)

        tally.fill(&report)
        report.snapshot = snapshot.id.hex
        let spent = before.map { StoreUse(of: vault, since: $0) } ?? StoreUse(session.statistics)
        spent.fill(&report)
        report.bytes.reused = tally.counts.logicalBytes - min(tally.counts.logicalBytes, tally.counts.missingBytes)
        report.warnings += session.warnings
        report.verified = try verify(snapshot).rawValue
        clock.fill(&report)
    }

    private func openTree() throws -> any ReadableTree {
        switch place {
        case .here(let root):
            if let folder = vault.folder { try refuseNested(source: root, destination: folder) }
            return try SourceTree(root: root, options: options.scan)
        case .elsewhere(let listing, let files):
            return try DistantTree(
                listing, files, vault: vault, scan: options.scan,
                compression: DistantTree.crossing(options.compression), context: context)
        }
    }

    /// Reads back all of the vault where that is wished, opens and hashes it again.
    ///
    /// - Throws: `damaged` where anything in it is.
    private func verify(_ snapshot: Snapshot) throws -> Verification {
        guard options.verification != .none else { return .none }
        context.progress.enter(.verifying)
        let found = try vault.verify(VerifyOptions(level: .data, threads: context.threads))
        guard let damage = found.damages.first else { return options.verification }
        throw PerigeeError(
            .damaged, "snapshot \(snapshot.id.short) was made, but \(damage.problem)", at: damage.place,
            remedy: "perigee verify on the vault names all that is hit; do not rely on it before that is mended")
    }

    private func draft(
        _ root: TreeRoot, _ created: Timestamp, _ counts: Tally.Counts, _ written: WriteStatistics
    ) -> SnapshotDraft {
        SnapshotDraft(
            created: created, tree: root, source: pair.source, host: SystemClock.hostName, program: options.program,
            statistics: SnapshotStatistics(
                files: counts.regularFiles, unread: counts.failed, addedBytes: counts.missingBytes,
                addedChunks: counts.missingChunks, storedBytes: written.storedBytes,
                averageChunk: counts.chunks > 0 ? counts.readBytes / counts.chunks : 0))
    }
}
