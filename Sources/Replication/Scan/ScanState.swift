internal import Files
internal import Model

/// A piece of a scan's work, taken from the frontier by the thread that does it.
struct ScanTask {
    let folder: ScanFolder
    /// The names to look up; nil where the folder is to be listed first.
    let batch: ScanBatch?
    /// Where in the frontier it is marked as busy.
    let node: ScanFrontier.Node
    /// An open folder above, and the way from there; an empty way means that it is the folder itself.
    let base: FolderHandle
    let way: [UInt8]
}

/// What the threads of a scan share, under one lock.
///
/// Plain moves between lists: nothing here touches the file system but
/// the reading back of a giant folder's sorted names.
struct ScanState {
    /// How many folders stay open for what is below them.
    static let mostOpenFolders = 96

    var frontier = ScanFrontier()
    /// The memory of what was looked up and not yet consumed.
    var ahead = 0
    var idleThreads = 0
    var isConsumerWaiting = false
    var isStopped = false
    private var openFolders: [ScanFolder] = []

    /// Begins the work at `node`; nil where it turns out that there is none.
    mutating func begin(_ node: ScanFrontier.Node, root: FolderHandle, _ notes: ScanReport) -> ScanTask? {
        switch frontier[node] {
        case .busy: nil
        case .rest(let folder): beginRest(of: folder, node, root, notes)
        case .folders(let batch): beginFolder(in: batch, node, root)
        }
    }

    private mutating func beginRest(
        of folder: ScanFolder, _ node: ScanFrontier.Node, _ root: FolderHandle, _ notes: ScanReport
    ) -> ScanTask? {
        let batch = ScanBatch(folder: folder)
        var more = false
        do {
            more = try folder.names.map { try batch.take(from: $0) } ?? false
        } catch {
            notes.failed(folder.path(), .listing(error))
        }
        let busy = frontier.insert(.busy, before: node)
        if !more {
            folder.names = nil
            folder.restNode = nil
            frontier.remove(node)
        }
        guard batch.count > 0 else {
            frontier.remove(busy)
            return nil
        }
        folder.batches.append(batch)
        let (base, way) = anchor(folder, root)
        return ScanTask(folder: folder, batch: batch, node: busy, base: base, way: way)
    }

    private mutating func beginFolder(
        in batch: ScanBatch, _ node: ScanFrontier.Node, _ root: FolderHandle
    ) -> ScanTask? {
        let child = ScanFolder(parent: batch.folder, name: Array(batch.name(batch.folders[batch.begun])))
        batch.begun += 1
        batch.children.append(child)
        let busy = frontier.insert(.busy, before: node)
        let (base, way) = anchor(child, root)
        if batch.begun == batch.folders.count {
            batch.foldersNode = nil
            frontier.remove(node)
            if batch.folder.restNode == nil, batch.folder.parent != nil { batch.folder.handle = nil }
        }
        return ScanTask(folder: child, batch: nil, node: busy, base: base, way: way)
    }

    /// The nearest open folder at or above `folder`, and the way from there.
    private func anchor(_ folder: ScanFolder, _ root: FolderHandle) -> (FolderHandle, [UInt8]) {
        if let handle = folder.handle { return (handle, []) }
        if let parent = folder.parent, let handle = parent.handle { return (handle, folder.name) }
        var above = folder.parent
        while let current = above, current.handle == nil { above = current.parent }
        return (above?.handle ?? root, folder.path(below: above))
    }

    /// Notes that a folder was listed: `batch` holds its first names and `rest` the others.
    mutating func listed(
        _ task: ScanTask, _ batch: ScanBatch?, rest: SortedRecords?, handle: FolderHandle?
    ) {
        let folder = task.folder
        folder.isListed = true
        if let batch, batch.count > 0 {
            folder.batches.append(batch)
            lookedUp(batch, task.node)
        }
        if let rest {
            folder.names = rest
            folder.restNode = frontier.insert(.rest(folder), before: task.node)
        }
        if let handle, rest != nil || batch?.folders.isEmpty == false { keepOpen(folder, handle) }
        frontier.remove(task.node)
    }

    /// Notes that a batch of names was looked up.
    mutating func lookedUp(_ task: ScanTask, _ batch: ScanBatch, handle: FolderHandle?) {
        lookedUp(batch, task.node)
        if let handle, task.folder.restNode != nil || !batch.folders.isEmpty {
            keepOpen(task.folder, handle)
        }
        frontier.remove(task.node)
    }

    private mutating func lookedUp(_ batch: ScanBatch, _ node: ScanFrontier.Node) {
        batch.isDone = true
        ahead += batch.cost
        if !batch.folders.isEmpty { batch.foldersNode = frontier.insert(.folders(batch), before: node) }
    }

    private mutating func keepOpen(_ folder: ScanFolder, _ handle: FolderHandle) {
        guard folder.parent != nil, folder.handle == nil else { return }
        folder.handle = handle
        openFolders.append(folder)
        if openFolders.count > Self.mostOpenFolders { openFolders.removeFirst().handle = nil }
    }
}
