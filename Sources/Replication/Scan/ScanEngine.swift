internal import Files
internal import Model
internal import Workers

/// The threads of a scan and what they share: they list and look up ahead of the consumer, in its order.
///
/// The consumer never depends on them: what it needs and nobody has begun, it does itself.
final class ScanEngine: Sendable {
    let root: FolderHandle
    private let options: ScanOptions
    private let device: UInt64
    private let givesLeftovers: Bool
    private let notes: ScanReport
    private let lifted: LiftedFolders?
    private let monitor = Monitor(ScanState())

    init(
        _ options: ScanOptions, root: FolderHandle, device: UInt64, givesLeftovers: Bool, notes: ScanReport,
        lifted: LiftedFolders?
    ) {
        self.options = options
        self.root = root
        self.device = device
        self.givesLeftovers = givesLeftovers
        self.notes = notes
        self.lifted = lifted
    }

    func newWorker() -> ScanWorker {
        ScanWorker(
            options, root: root, device: device, givesLeftovers: givesLeftovers, notes: notes, lifted: lifted)
    }

    /// Ends the threads; what they hold ahead is let go.
    func stop() { monitor.change { $0.isStopped = true } }

    /// Lists the root, which the consumer does itself.
    ///
    /// - Throws: where that fails: then nothing of the tree is known, which is not the same as an empty tree.
    func listRoot(_ folder: ScanFolder, _ worker: ScanWorker) throws {
        let node = monitor.read { $0.frontier.insert(.busy, before: 0) }
        perform(ScanTask(folder: folder, batch: nil, node: node, base: root, way: []), worker)
        if let failure = notes.failures.first(where: { $0.path.isRoot }) { throw failure.error }
    }

    // MARK: The threads

    /// What each thread does: the first thing that nobody is at, until all is done.
    func work() {
        let worker = newWorker()
        while let task = nextTask() { perform(task, worker) }
    }

    private enum Step {
        case task(ScanTask)
        case end
    }

    private func nextTask() -> ScanTask? {
        var isIdle = false
        func step(_ state: inout ScanState) -> Step? {
            while true {
                if state.isStopped || state.frontier.isEmpty { return .end }
                guard state.ahead < options.memory, let node = state.frontier.firstIdle() else { return nil }
                if let task = state.begin(node, root: root, notes) { return .task(task) }
            }
        }
        // Most often there is work at once, and nobody has to be woken.
        let step =
            monitor.read { step(&$0) }
            ?? monitor.wait { state in
                let next = step(&state)
                if (next == nil) != isIdle {
                    isIdle.toggle()
                    state.idleThreads += isIdle ? 1 : -1
                }
                return next
            }
        if case .task(let task) = step { return task }
        return nil
    }

    /// Does a task and notes what came of it.
    func perform(_ task: ScanTask, _ worker: ScanWorker) {
        let handle = worker.open(task)
        if let batch = task.batch {
            if let handle { worker.lookUp(batch, handle) }
            finish { state in state.lookedUp(task, batch, handle: handle) }
            return
        }
        let names = handle.flatMap { worker.list(task.folder, $0) }
        let batch = ScanBatch(folder: task.folder)
        var more = false
        do {
            more = try names.map { try batch.take(from: $0) } ?? false
        } catch {
            notes.failed(task.folder.path(), .listing(error))
        }
        if let handle { worker.lookUp(batch, handle) }
        finish { state in state.listed(task, batch, rest: more ? names : nil, handle: handle) }
    }

    private func finish(_ note: (inout ScanState) -> Void) {
        let mustWake = monitor.read { state in
            note(&state)
            return state.isConsumerWaiting || state.idleThreads > 0
        }
        if mustWake { monitor.change { _ in } }
    }

    // MARK: The consumer

    private enum Answer {
        case batch(ScanBatch?, wake: Bool)
        case task(ScanTask)
    }

    /// The next looked-up names of `folder`; nil where there are no more.
    func nextBatch(of folder: ScanFolder, _ worker: ScanWorker) -> ScanBatch? {
        while true {
            let answer =
                monitor.read { look(folder, &$0) }
                ?? monitor.wait { state in
                    let found = look(folder, &state)
                    state.isConsumerWaiting = found == nil
                    return found
                }
            switch answer {
            case .task(let task): perform(task, worker)
            case .batch(let batch, let wake):
                if wake { monitor.change { _ in } }
                return batch
            }
        }
    }

    private func look(_ folder: ScanFolder, _ state: inout ScanState) -> Answer? {
        while true {
            if let first = folder.batches.first {
                guard first.isDone else { return nil }
                folder.batches.removeFirst()
                let wasFull = state.ahead >= options.memory / 2
                state.ahead -= first.cost
                let wake = wasFull && state.ahead < options.memory / 2 && state.idleThreads > 0
                return .batch(first, wake: wake)
            }
            guard folder.isListed else { return nil }
            guard let node = folder.restNode else { return .batch(nil, wake: false) }
            if let task = state.begin(node, root: root, notes) { return .task(task) }
        }
    }

    /// The next folder of a batch, begun by whomever; the caller asks for each in turn.
    func nextFolder(of batch: ScanBatch, _ worker: ScanWorker) -> ScanFolder {
        let (folder, task): (ScanFolder, ScanTask?) = monitor.read { state in
            guard batch.children.isEmpty, let node = batch.foldersNode else {
                return (batch.children.removeFirst(), nil)
            }
            let task = state.begin(node, root: root, notes)
            return (batch.children.removeFirst(), task)
        }
        if let task { perform(task, worker) }
        return folder
    }

    /// Takes apart what was looked up and not consumed: the folders refer to each other, and may do so ten thousand deep.
    func discard(from root: ScanFolder) {
        var all = [root]
        var next = 0
        while next < all.count {
            let folder = all[next]
            next += 1
            for batch in folder.batches {
                all.append(contentsOf: batch.children)
                batch.children = []
                batch.foldersNode = nil
            }
            folder.batches = []
        }
        monitor.read { $0 = ScanState() }
        while all.popLast() != nil {}
    }
}
