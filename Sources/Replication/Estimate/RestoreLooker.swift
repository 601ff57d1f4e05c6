internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// Looks at what a restore would make: whether it is there, and else what would be read for it.
///
/// One for each thread.
final class RestoreLooker {
    private let vault: Vault
    private let target: FolderHandle?
    private let counter: SealedCounter
    private let tally: Tally
    private let context: RunContext
    private let pages: PageReader
    private let reader: ChunkReader
    private let fetcher: FileFetcher
    private let isRehearsal: Bool
    private let buffer = IOBuffer(count: PageLimits.chunk)
    private let groupBuffer = IOBuffer(count: max(FileFetcher.groupMax, PageLimits.chunk))

    /// A looker at `target`; where there is none, nothing is there.
    ///
    /// - Parameter rehearsal: how reads are rehearsed of a store that is elsewhere; nil where it is here.
    init(
        _ vault: Vault, _ rehearsal: ReadRehearsal?, _ target: FolderHandle?, _ counter: SealedCounter, _ tally: Tally,
        _ context: RunContext
    ) throws {
        self.vault = vault
        self.target = target
        self.counter = counter
        self.tally = tally
        self.context = context
        pages = try vault.pages()
        reader = try rehearsal?.chunkReader() ?? vault.chunkReader()
        fetcher = FileFetcher(reader, pages)
        isRehearsal = rehearsal != nil
    }

    /// Looks at what `action` says.
    ///
    /// - Throws: `interrupted`; what cannot be read is noted.
    func perform(_ action: LookAction) throws {
        switch action {
        case .look(let entry, let existing):
            defer { context.progress.add(files: 1) }
            try noting(entry.path) { try look(entry, existing) }
        case .rename(let entry):
            tally.add(\.renamed)
            tally.add(\.reusedBytes, entry.attributes.size)
        case .help(let large): try help(large)
        }
    }

    private func noting(_ path: TreePath, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as PerigeeError where error.code != .interrupted {
            tally.fail(path, error)
        }
    }

    /// Counts what making `entry` in the place of `existing` takes.
    private func look(_ entry: Entry, _ existing: ScannedEntry?) throws {
        let old = existing?.attributes.kind == entry.attributes.kind ? existing : nil
        if let old, try isSame(entry, as: old) {
            tally.add(agree(entry, old) ? \.unchanged : \.changed)
            tally.add(\.reusedBytes, entry.attributes.size)
        } else {
            tally.add(existing == nil ? \.new : \.changed)
            if entry.attributes.kind == .file {
                try count(entry, 0..<entry.attributes.dataSize, self.held(entry, existing))
            }
        }
        context.progress.add(logical: Int(clamping: entry.attributes.size))
    }

    /// Counts the stretches of a large file that no other looker has.
    private func help(_ large: LargeRestore) throws {
        let isWhole = try large.help { stretch in
            let held = try large.held { try self.held(large.entry, large.existing) }
            try count(large.entry, stretch, held)
            context.progress.add(logical: Int(clamping: stretch.upperBound - stretch.lowerBound))
        } onFailure: { error, isFirst in
            if isFirst { try noting(large.entry.path) { throw error } }
        }
        guard isWhole else { return }
        tally.add(large.existing == nil ? \.new : \.changed)
        context.progress.add(files: 1)
    }

    /// What the file that `entry` is to replace has of it.
    private func held(_ entry: Entry, _ existing: ScannedEntry?) throws -> HeldIndex? {
        try HeldIndex.replaced(by: entry, existing, in: vault) {
            try context.stop.check()
        } open: {
            try target?.file($0.bytes, .reading)
        }
    }

    private func isSame(_ entry: Entry, as old: ScannedEntry) throws -> Bool {
        guard entry.attributes.kind == .file else {
            return entry.attributes.target == old.attributes.target && entry.attributes.device == old.attributes.device
        }
        guard old.attributes.size == entry.attributes.size, let file = try target?.file(old.path.bytes, .reading) else {
            return false
        }
        return try hasChunks(entry, file)
    }

    /// Whether all that a scan sees is the same.
    private func agree(_ entry: Entry, _ old: ScannedEntry) -> Bool {
        let (a, b) = (entry.attributes, old.attributes)
        return a.mode == b.mode && a.owner == b.owner && a.group == b.group
            && (a.modified == b.modified || a.kind == .symlink)
    }

    /// Whether `file` holds the chunks of `entry`.
    ///
    /// What lies in its holes is left to the restore.
    private func hasChunks(_ entry: Entry, _ file: borrowing OpenFile) throws -> Bool {
        let map = DataMap(entry.attributes)
        var cursor = ChunkCursor(entry, source: pages)
        while true {
            try context.stop.check()
            let position = cursor.offset
            guard let chunk = try cursor.next() else { return true }
            guard Int(chunk.length) <= buffer.bytes.count else { return false }
            let plain = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<Int(chunk.length)])
            var filled = 0
            try map.forEachPart(from: position, count: plain.count) { part, source in
                filled += try file.read(into: UnsafeMutableRawBufferPointer(rebasing: plain[part]), at: source)
            }
            tally.add(\.readBytes, UInt64(filled))
            let digest = Blake3.hash(UnsafeRawBufferPointer(plain), key: vault.ring.idKey)
            guard filled == plain.count, ContentID(digest) == chunk.id else { return false }
        }
    }

    /// Counts what the chunks that begin in `stretch` take, but for those that are held.
    private func count(_ entry: Entry, _ stretch: Range<UInt64>, _ held: HeldIndex?) throws {
        var counts = SealedCounter.Counts()
        counts.files = stretch.lowerBound == 0 ? 1 : 0
        try fetcher.fetch(entry, stretch) { chunk, position in
            tally.add(\.chunks, 1)
            return held?.place(chunk.id.digest, length: chunk.length, near: position) != nil
        } _: { group, read in
            try context.stop.check()
            try add(group, to: &counts, read, entry)
        }
        context.progress.add(missing: Int(clamping: counts.plain))
        counter.add(counts)
    }

    /// Counts chunks that would be fetched together; asks for them where that is rehearsed.
    private func add(
        _ group: FileFetcher.Group, to counts: inout SealedCounter.Counts,
        _ read: (UnsafeMutableRawBufferPointer) throws -> Void, _ entry: Entry
    ) throws {
        for chunk in group.chunks {
            guard let location = vault.index.lookup(chunk.id) else {
                throw PerigeeError(
                    .damaged, "the chunk \(chunk.id.short) is not in the vault", at: entry.path.description,
                    remedy: "run perigee verify on the vault")
            }
            counts.sealed += UInt64(location.recordLength)
            if !isRehearsal, counter.wantsSample, counts.sampled < SealedCounter.sampleMax {
                try sample(chunk, &counts)
            }
        }
        counts.chunks += UInt64(group.chunks.count)
        counts.plain += UInt64(group.count)
        if isRehearsal { try read(UnsafeMutableRawBufferPointer(rebasing: groupBuffer.bytes[..<group.count])) }
    }

    /// Reads a chunk as a restore would, to see how long it takes.
    private func sample(_ chunk: ChunkReference, _ counts: inout SealedCounter.Counts) throws {
        guard Int(chunk.length) <= buffer.bytes.count else { return }
        let start = SystemClock.monotonic()
        try reader.read(chunk, into: buffer.bytes)
        counts.sampleSeconds += SystemClock.monotonic() - start
        counts.sampled += UInt64(chunk.length)
    }
}
