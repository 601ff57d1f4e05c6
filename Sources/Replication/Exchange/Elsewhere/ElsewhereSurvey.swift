internal import Files
internal import Hashing
internal import Model
internal import Workers

/// What a destination finds out before a first run into a tree that has files already: whether it has files that the source
/// has under other names, and what these hold.
struct ElsewhereSurvey {
    /// Below so many missing bytes, looking costs more than sending.
    private static let worthwhile: UInt64 = 1 << 20

    /// The source's entries.
    let source: any EntryFeed
    /// The destination's entries.
    let target: any EntryFeed
    /// What files hold whose names the source does not have; nil where there is nothing to be found.
    let index: ElsewhereIndex?

    /// Holds `source` against `target`, a scan of `root`; chunks are cut by `chunker` and named under `key`.
    static func make(
        _ source: any EntryFeed, _ target: any EntryFeed, root: FolderHandle, _ chunker: ChunkerParameters,
        _ key: HashKey, _ context: RunContext
    ) throws -> ElsewhereSurvey {
        let theirs = try stored(target, context)
        guard theirs.hasFiles else {
            return ElsewhereSurvey(source: source, target: EntryStoreFeed(theirs.store), index: nil)
        }
        let ours = try stored(source, context)
        let others = try EntryStore()
        let missing = try compare(EntryStoreFeed(ours.store), EntryStoreFeed(theirs.store), others)
        var index: ElsewhereIndex?
        if missing >= worthwhile, others.blockCount > 0 {
            context.progress.enter(.comparing)
            index = try read(others, root, Chunker(chunker), key, context)
        }
        return ElsewhereSurvey(
            source: EntryStoreFeed(ours.store), target: EntryStoreFeed(theirs.store), index: index)
    }

    private static func stored(
        _ feed: any EntryFeed, _ context: RunContext
    ) throws -> (store: EntryStore, hasFiles: Bool) {
        let store = try EntryStore()
        var (count, hasFiles) = (0, false)
        while let entry = try feed.next() {
            if entry.attributes.kind == .file, entry.attributes.size > 0 { hasFiles = true }
            try store.add(entry)
            count += 1
            guard count % 256 == 0 else { continue }
            try store.cut()
            try context.stop.check()
        }
        try store.finish()
        return (store, hasFiles)
    }

    /// Puts the destination's files whose names the source does not have for files into `others`.
    ///
    /// - Returns: the bytes of files that the source has and the destination has not, by name.
    private static func compare(_ source: EntryStoreFeed, _ target: EntryStoreFeed, _ others: EntryStore) throws
        -> UInt64
    {
        var (a, b) = (try source.next(), try target.next())
        var (missing, count) = (UInt64(0), 0)
        func isFile(_ entry: ScannedEntry) -> Bool { entry.attributes.kind == .file }
        while a != nil || b != nil {
            if let x = a, let y = b, x.path == y.path {
                if isFile(x), !isFile(y) { missing.addCapped(x.attributes.size) }
                if isFile(y), !isFile(x) { try others.add(y) }
                (a, b) = (try source.next(), try target.next())
            } else if let x = a, b.map({ x.path < $0.path }) ?? true {
                if isFile(x) { missing.addCapped(x.attributes.size) }
                a = try source.next()
            } else if let y = b {
                // What a run before has left of a large file is found by its name.
                if isFile(y), y.attributes.size > 0, !AsideName.matches(y.path.name) {
                    try others.add(y)
                    count += 1
                    if count % 256 == 0 { try others.cut() }
                }
                b = try target.next()
            }
        }
        try others.finish()
        return missing
    }

    /// Cuts and names what `files` hold; those that cannot be read hold nothing.
    private static func read(
        _ files: EntryStore, _ root: FolderHandle, _ chunker: Chunker, _ key: HashKey, _ context: RunContext
    ) throws -> ElsewhereIndex {
        let builder = try ElsewhereIndex.Builder()
        let queue = BoundedQueue<ScannedEntry>(limit: 256)
        // Used by the first member of the crew alone.
        let feed = Monitor(EntryStoreFeed(files))
        try Crew.run(1 + max(1, context.threads), onError: { queue.fail($0) }) { member in
            guard member > 0 else {
                while let entry = try feed.read({ try $0.next() }) { try queue.put(entry) }
                return queue.close()
            }
            let buffer = IOBuffer(count: max(LargeFile.stretch, 2 * chunker.parameters.maximum))
            while let entry = try queue.take() {
                try add(entry, root, chunker, key, buffer, context, builder)
            }
        }
        return try builder.finish()
    }

    private static func add(
        _ entry: ScannedEntry, _ root: FolderHandle, _ chunker: Chunker, _ key: HashKey, _ buffer: IOBuffer,
        _ context: RunContext, _ builder: ElsewhereIndex.Builder
    ) throws {
        guard let reader = try? TreeReader.open(entry.path, beneath: root),
            reader.dataSize <= ExchangeLimits.comparedFile
        else { return }
        // Bounded: a batch of chunks at a time.
        var chunks: [(offset: UInt64, length: Int, name: Digest)] = []
        do {
            try ChunkNames.forEach(of: reader, chunker, key, buffer, { try context.stop.check() }) {
                offset, length, name in
                chunks.append((offset, length, name))
                if chunks.count >= 4096 {
                    try builder.add(entry.path, size: entry.attributes.size, chunks)
                    chunks.removeAll(keepingCapacity: true)
                }
                return true
            }
        } catch let error as PerigeeError where error.code != .interrupted && error.code != .noSpace {
            return
        }
        if !chunks.isEmpty { try builder.add(entry.path, size: entry.attributes.size, chunks) }
    }
}
