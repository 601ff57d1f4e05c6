public import Files
public import Model
internal import Workers

/// Walks a tree in path order: the root first, each folder before what lies in it, names by their bytes.
///
/// Threads list and look up ahead of the consumer, in the order in which it will ask, within a bound of memory. Everything
/// is opened beneath the root, folder by folder, without following links: a tree that somebody changes meanwhile cannot
/// lead the scan outside. What cannot be read is noted in ``failures``, what vanishes between two looks in
/// ``vanishedCount``, and the scan goes on.
///
/// A scanner is used by one thread. Which parts were met is only complete once ``next()`` has given nil.
public final class Scanner {
    let notes: ScanReport
    private let root: FolderHandle
    private let options: ScanOptions
    private let givesLeftovers: Bool
    private let lifted: LiftedFolders?
    private let top: ScanFolder
    private var engine: ScanEngine?
    private var worker: ScanWorker?
    private var companions: [Companion] = []
    private var place = ScanPlace()
    private var isClosed = false

    /// A scan of the folder at `root`, following links on the way to it; nothing of it is read yet.
    ///
    /// - Throws: where `root` is not a folder that can be opened.
    public convenience init(root: String, options: ScanOptions = ScanOptions()) throws {
        try self.init(root: FolderHandle(path: root), options: options)
    }

    /// A scan of an open folder.
    ///
    /// What killed runs left behind in it (names of ``AsideName``) is given like any entry, but not entered.
    public convenience init(root: FolderHandle, options: ScanOptions = ScanOptions()) throws {
        self.init(root, options, givesLeftovers: true)
    }

    /// A scan of a tree that is written: folders that deny listing are lifted by `lifted`, where there is one.
    convenience init(target root: FolderHandle, options: ScanOptions, lifted: LiftedFolders?) {
        self.init(root, options, givesLeftovers: true, lifted: lifted)
    }

    init(
        _ root: FolderHandle, _ options: ScanOptions, givesLeftovers: Bool, notes: ScanReport = ScanReport(),
        lifted: LiftedFolders? = nil
    ) {
        self.root = root
        self.options = options
        self.givesLeftovers = givesLeftovers
        self.lifted = lifted
        self.notes = notes
        top = ScanFolder(parent: nil, name: [], handle: root)
    }

    deinit { close() }

    /// What could not be read so far, in no promised order; at most 65,536 are kept.
    public var failures: [ScanFailure] { notes.failures }
    /// How many could not be read so far.
    public var failureCount: Int { notes.failureCount }
    /// What vanished between listing and looking it up; at most 65,536 are kept.
    public var vanished: [TreePath] { notes.vanished }
    /// How many vanished.
    public var vanishedCount: Int { notes.vanishedCount }

    /// Gives all entries to `body`, in order.
    ///
    /// - Throws: what ``next()`` and `body` throw; the scan then ends.
    public func forEach(_ body: (ScannedEntry) throws -> Void) throws {
        defer { close() }
        while let entry = try next() { try body(entry) }
    }

    /// The next entry; nil at the end.
    ///
    /// - Throws: where the root itself cannot be read.
    public func next() throws -> ScannedEntry? {
        guard !isClosed else { return nil }
        guard let engine, let worker else { return try start() }
        if let entry = place.next(engine, worker) { return entry }
        close()
        return nil
    }

    /// Ends the scan's threads and lets go of all memory; ``next()`` gives nil from now on.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        engine?.stop()
        for companion in companions { companion.join() }
        companions = []
        // From the deepest up: each folder is still held by the one below it, and there may be ten thousand.
        place.leave()
        engine?.discard(from: top)
    }

    private func start() throws -> ScannedEntry? {
        guard let status = try root.status([]) else {
            throw PerigeeError(.notFound, "the root is gone", at: root.place)
        }
        let engine = ScanEngine(
            options, root: root, device: status.identity.device, givesLeftovers: givesLeftovers, notes: notes,
            lifted: lifted)
        let worker = engine.newWorker()
        (self.engine, self.worker) = (engine, worker)
        try engine.listRoot(top, worker)
        companions = (0..<options.threads).map { _ in Companion { engine.work() } }
        place.enter(top)
        return ScannedEntry(path: .root, kind: .directory, status: status)
    }
}

/// Where a scan stands: the folders on the way there.
///
/// A value of its own, so that the whole of a step is one access to the scanner.
private struct ScanPlace {
    private var frames: [ScanFrame] = []
    /// The path of the folder at hand, with a final slash but for the root.
    private var path: [UInt8] = []

    /// Begins the root.
    mutating func enter(_ top: ScanFolder) { frames.append(ScanFrame(folder: top, pathLength: 0)) }

    /// Lets go of the folders, the deepest first.
    mutating func leave() { while frames.popLast() != nil {} }

    /// The next entry; nil behind the last.
    mutating func next(_ engine: ScanEngine, _ worker: ScanWorker) -> ScannedEntry? {
        while let last = frames.indices.last {
            if let entry = nextInBatch(last, engine, worker) { return entry }
            frames[last].begin(engine.nextBatch(of: frames[last].folder, worker))
            if frames[last].batch == nil { frames.removeLast() }
        }
        return nil
    }

    private mutating func nextInBatch(_ last: Int, _ engine: ScanEngine, _ worker: ScanWorker) -> ScannedEntry? {
        guard let batch = frames[last].batch else { return nil }
        while frames[last].index < batch.count {
            let index = frames[last].index
            frames[last].index += 1
            let status = FileStatus(batch.statuses[index])
            guard status.typeAndMode != 0, let kind = status.kind else { continue }
            path.removeSubrange(frames[last].pathLength...)
            var found = ScannedEntry(
                path: TreePath(trusted: joined(batch.name(index))), kind: kind, status: status)
            if kind == .symlink, let target = frames[last].nextTarget(of: index) { found.attributes.target = target }
            if kind == .directory, frames[last].enters(index) {
                path.append(contentsOf: batch.name(index))
                path.append(UInt8(ascii: "/"))
                frames.append(ScanFrame(folder: engine.nextFolder(of: batch, worker), pathLength: path.count))
            }
            return found
        }
        return nil
    }

    /// The path of a name in the folder at hand: one array, allotted once.
    private func joined(_ name: ArraySlice<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: path.count + name.count) { buffer, count in
            _ = buffer.initialize(from: path)
            _ = UnsafeMutableBufferPointer(rebasing: buffer[path.count...]).initialize(from: name)
            count = path.count + name.count
        }
    }
}

/// A folder on the way to where a scan stands.
private struct ScanFrame {
    let folder: ScanFolder
    /// How much of the path leads to the folder.
    let pathLength: Int
    private(set) var batch: ScanBatch?
    var index = 0
    private var target = 0
    private var entered = 0

    init(folder: ScanFolder, pathLength: Int) {
        self.folder = folder
        self.pathLength = pathLength
    }

    mutating func begin(_ next: ScanBatch?) { (batch, index, target, entered) = (next, 0, 0, 0) }

    /// The target of the link at `index`; links are asked in order.
    mutating func nextTarget(of index: Int) -> [UInt8]? {
        guard let batch, target < batch.targets.count, batch.targets[target].index == index else { return nil }
        target += 1
        return batch.targets[target - 1].target
    }

    /// Whether the folder at `index` is to be entered; folders are asked in order.
    mutating func enters(_ index: Int) -> Bool {
        guard let batch, entered < batch.folders.count, batch.folders[entered] == index else { return false }
        entered += 1
        return true
    }
}
