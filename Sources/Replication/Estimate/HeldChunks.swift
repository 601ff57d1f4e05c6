internal import Content
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// Finds all chunks that a tree holds: a tree is its own chunk source.
///
/// Reading a tree to know its chunks costs as much as reading it for anything else. So the chunks of each file are
/// remembered with the state of the file, and only what has changed since is read.
struct HeldChunks {
    /// The tree's root.
    let root: String
    /// How it is scanned.
    let scan: ScanOptions
    /// What a run needs.
    let context: RunContext

    /// Names the chunks of trees in all estimates: what is remembered must compare with what another site tells.
    static let key = HashKey(Array("perigee: chunks of trees".utf8).withUnsafeBytes { Blake3.hash($0) })

    /// Where the chunks of the tree are remembered; they belong to the tree, whatever it is compared with.
    private var path: String? {
        context.state?.file("chunks", for: EndpointPair(source: root, destination: root))
    }

    /// Adds the chunks of all files to `census`; files that cannot be read hold nothing.
    ///
    /// - Returns: how many bytes were read.
    func add(to census: ChunkCensus) throws -> UInt64 {
        let tree = try SourceTree(root: root, options: scan)
        let tally = Tally()
        let memory = HeldChunksWriter()
        let planner = HeldChunksPlanner(
            scanner: tree.scanner(), memory: path.flatMap { HeldChunksReader(path: $0) }, census: census, kept: memory)
        let consumer = FileLooks(tally: tally, progress: Progress()) { run in
            guard let state = run.state, !run.chunks.isEmpty else { return }
            try memory.add(
                HeldChunksRun(
                    path: run.scanned.path, state: state, sequence: run.sequence, isLast: run.isLast,
                    ids: run.chunks.map(\.id.digest)))
        }
        let pipeline = ArchivePipeline(
            tree: tree, workers: context.threads, stop: context.stop, tally: tally, progress: Progress(),
            now: context.now)
        try pipeline.run(planner: planner, chunker: Chunker(.standard), board: ArchiveBoard(), assembler: consumer) {
            CensusSink(key: Self.key, role: .held, census: census, tally: tally, progress: Progress())
        }
        if let path, tally.counts.readBytes > 0 { try memory.write(to: path) }
        return tally.counts.readBytes
    }
}

/// Says which files of a tree are to be read for their chunks; gives the others' from memory.
private struct HeldChunksPlanner: ArchivePlanning {
    let scanner: Scanner
    var memory: HeldChunksReader?
    let census: ChunkCensus
    let kept: HeldChunksWriter
    private var links = HardLinks()
    private var batch = ChunkCensus.Batch()

    init(scanner: Scanner, memory: HeldChunksReader?, census: ChunkCensus, kept: HeldChunksWriter) {
        self.scanner = scanner
        self.memory = memory
        self.census = census
        self.kept = kept
    }

    mutating func forEach(_ body: (ArchiveItem) throws -> Void) throws {
        memory?.advance()
        while let scanned = try scanner.next() {
            guard scanned.attributes.kind == .file, scanned.attributes.size > 0 else { continue }
            if scanned.links > 1, !links.group(of: scanned).isFirst { continue }
            if try !isRemembered(scanned) { try body(.look(scanned, group: nil, previous: nil)) }
        }
        try census.add(&batch)
    }

    /// Whether memory knows all chunks of the file; they are then in the census.
    private mutating func isRemembered(_ scanned: ScannedEntry) throws -> Bool {
        let state = FileState(scanned)
        var isWhole = false
        while let run = memory?.current, run.path <= scanned.path {
            if run.path == scanned.path, run.state == state {
                for id in run.ids { batch.hold(ContentID(id)) }
                try census.add(&batch)
                try kept.add(run)
                isWhole = isWhole || run.isLast
            }
            memory?.advance()
        }
        return isWhole
    }
}
