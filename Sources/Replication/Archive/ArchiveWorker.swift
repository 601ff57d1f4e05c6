internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// Reads, cuts and hands on; with a buffer of its own that is used again and again.
///
/// One for each thread.
final class ArchiveWorker {
    /// How often a file that changes while it is read is tried.
    static let attemptsMax = 3

    private let tree: any ReadableTree
    private let chunker: Chunker
    private let sink: any ChunkSink
    private let tally: Tally
    private let progress: Progress
    private let now: @Sendable () -> Timestamp
    private let buffer: IOBuffer
    /// How many bytes are read and cut at once: at least two chunks of any length.
    let stretch: Int

    /// A worker that reads from `tree` and gives chunks to `sink`.
    init(
        tree: any ReadableTree, chunker: Chunker, sink: any ChunkSink, tally: Tally, progress: Progress,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.tree = tree
        self.chunker = chunker
        self.sink = sink
        self.tally = tally
        self.progress = progress
        self.now = now
        stretch = max(LargeFile.stretch, 2 * chunker.parameters.maximum)
        buffer = IOBuffer(count: stretch)
    }

    /// Looks at all paths of `slot`: completes attributes, reads files, stores what is missing.
    ///
    /// - Throws: where storing fails; what cannot be read is noted and left out.
    func process(_ slot: ArchiveSlot) throws {
        var looks = [ArchiveLook?](repeating: nil, count: slot.items.count)
        var lengths: [Int] = []
        var spans: [(item: Int, chunks: Range<Int>)] = []
        var fill = 0
        for (index, item) in slot.items.enumerated() {
            guard case .look(let scanned, let group, _) = item else { continue }
            do {
                let before = lengths.count
                var look = try read(scanned, into: &fill, &lengths)
                look.entry.attributes.linkGroup = group
                looks[index] = look
                if lengths.count > before { spans.append((index, before..<lengths.count)) }
            } catch {
                try tree.check()
                tally.fail(scanned.path, error)
            }
        }
        if !lengths.isEmpty {
            sink.beginFile()
            let references = try store(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<fill]), lengths)
            for span in spans { looks[span.item]?.chunks = Array(references[span.chunks]) }
        }
        slot.finish(looks)
    }

    /// The bytes of an open file from `offset` of its data on, in this worker's buffer.
    func read(_ reader: any ReadableFile, at offset: UInt64, count: Int) throws -> UnsafeRawBufferPointer {
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
        guard try reader.read(into: target, at: offset) == count else { throw PerigeeError.changed(reader.path) }
        return UnsafeRawBufferPointer(target)
    }

    /// Cuts `bytes`, which begin at a cut: the lengths of the chunks that are certain, and how many bytes these have.
    func cut(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> (lengths: [Int], consumed: Int) {
        var lengths: [Int] = []
        let consumed = chunker.cut(bytes, isLast: isLast, into: &lengths)
        return (lengths, consumed)
    }

    /// Hands chunks to the sink.
    func store(_ bytes: UnsafeRawBufferPointer, _ lengths: [Int]) throws -> [ChunkReference] {
        defer {
            tally.add(\.readBytes, UInt64(bytes.count))
            progress.add(logical: bytes.count)
        }
        return try sink.take(bytes, lengths: lengths)
    }

    /// Hands on what the sink holds back.
    func finish() throws { try sink.finish() }

    /// Completes one path; a file's bytes are appended to the buffer at `fill`, and the lengths of its chunks to `lengths`.
    ///
    /// A file that changes meanwhile is tried again.
    private func read(_ scanned: ScannedEntry, into fill: inout Int, _ lengths: inout [Int]) throws -> ArchiveLook {
        var scanned = scanned
        for attempt in 1... {
            let readAt = now()
            if attempt > 1 { scanned = try tree.scan(scanned.path) }
            let start = (fill: fill, chunks: lengths.count)
            do {
                let attributes = try look(scanned, into: &fill, &lengths)
                let state = FileState(scanned)
                return ArchiveLook(
                    entry: Entry(path: scanned.path, attributes: attributes),
                    state: state.isTooFresh(readAt: readAt) ? nil : state)
            } catch let error as PerigeeError where error.code == .changed && attempt < Self.attemptsMax {
                fill = start.fill
                lengths.removeSubrange(start.chunks...)
            }
        }
        throw PerigeeError.changed(scanned.path)
    }

    /// One try of ``read(_:into:_:)``.
    private func look(_ scanned: ScannedEntry, into fill: inout Int, _ lengths: inout [Int]) throws -> Attributes {
        guard scanned.attributes.kind == .file else { return try tree.complete(scanned) }
        let reader = try tree.file(of: scanned)
        let count = Int(exactly: reader.dataSize) ?? Int.max
        guard count <= buffer.bytes.count - fill else { throw PerigeeError.changed(scanned.path) }
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[fill..<(fill + count)])
        guard try reader.read(into: target, at: 0) == count else { throw PerigeeError.changed(scanned.path) }
        try reader.recheck()
        if count > 0 {
            _ = chunker.cut(UnsafeRawBufferPointer(target), isLast: true, into: &lengths)
            fill += count
        }
        return reader.attributes
    }
}
