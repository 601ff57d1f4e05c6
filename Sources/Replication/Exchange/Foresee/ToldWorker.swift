internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Workers

/// Takes what a source tells of files for an estimate, and counts what the destination lacks.
///
/// One for each thread.
final class ToldWorker {
    /// What all workers of an estimate share.
    struct Shared: Sendable {
        let receiver: FileReceiver
        let begin: ListingBegin
        let census: ChunkCensus
        let tally: Tally
        let context: RunContext
        /// The destination's root; nil where there is none.
        let root: FolderHandle?
        /// The least bound that the source's sample had; see ``ToldChunks/bound``.
        let bound = Monitor(UInt64.max)
        /// Files that would be written, and their bytes.
        let written = Monitor((files: UInt64(0), bytes: UInt64(0)))

        /// Counts what the source tells, on threads of their own, while the caller's has `plan` ask for it; both channels
        /// are finished after that.
        ///
        /// - Throws: what the first of them failed with; the others then end.
        func run(_ listing: CountingChannel, _ plan: @Sendable () throws -> Void) throws {
            try receiver.foresee(listing, threads: context.threads, plan: plan) { try ToldWorker(self).run() }
        }
    }

    private let shared: Shared
    private let reader: BatchReader
    private let chunker: Chunker
    private let buffer: IOBuffer
    private var batch = ChunkCensus.Batch()

    /// A worker.
    init(_ shared: Shared) throws {
        self.shared = shared
        reader = try BatchReader()
        chunker = Chunker(shared.begin.chunker)
        buffer = IOBuffer(count: max(LargeFile.stretch, 2 * chunker.parameters.maximum))
    }

    /// Works until nothing more will come.
    func run() throws {
        while let work = try shared.receiver.queue.take() {
            try shared.context.stop.check()
            guard case .message(let message) = work else { continue }
            try reader.read(message) { records, _ in try take(&records) }
        }
    }

    private func take(_ records: inout MessageReader) throws {
        let kind = FileRecord(rawValue: try records.byte())
        let file = try shared.receiver.file(try records.number())
        switch kind {
        case .file:
            guard try FileHead.decode(&records).way == .told else { throw ExchangeFault.hostile("data of an estimate") }
        case .told:
            let offset = try records.number()
            try take(ToldChunks.decode(&records), at: offset, of: file)
        case .end:
            let total = try records.number()
            if let file, file.end(total) { try settle(file) }
        case .failed:
            let error = try ErrorCoding.decode(&records)
            if let file { try fail(file, error) }
        default: throw ExchangeFault.hostile("something else where chunks were to be told")
        }
    }

    private func take(_ told: ToldChunks, at offset: UInt64, of file: ReceivedFile?) throws {
        shared.bound.change { $0 = min($0, told.bound) }
        guard let file else { return }
        if Self.rival(of: file.action) == nil {
            try count([told])
        } else {
            file.change { $0.told.append((offset, told)) }
        }
        if file.add(told.bytes) { try settle(file) }
    }

    /// What the destination has that may be the same.
    private static func rival(of action: FetchAction) -> TreePath? {
        guard action.scanned.attributes.size <= ExchangeLimits.comparedFile else { return nil }
        if let former = action.former { return former.path }
        guard let existing = action.existing, existing.attributes.kind == .file,
            existing.attributes.size == action.scanned.attributes.size
        else { return nil }
        return existing.path
    }

    /// All of a file was told.
    private func settle(_ file: ReceivedFile) throws {
        defer { leave(file) }
        let (action, tally) = (file.action, shared.tally)
        let (scanned, existing) = (action.scanned, action.existing)
        let told = file.change { state in
            defer { state.told = [] }
            return state.told.sorted { $0.offset < $1.offset }.map { $0.chunks }
        }
        if let rival = Self.rival(of: action) {
            if try isSame(told, at: rival) {
                tally.add(\.reusedBytes, scanned.attributes.size)
                if action.former != nil { return tally.add(\.renamed) }
                let agree = existing.map { FileComparer.attributesAgree(scanned, $0) } ?? false
                return tally.add(agree ? \.unchanged : \.changed)
            }
            try count(told)
        }
        tally.add(existing?.attributes.kind == .file ? \.changed : \.new)
        shared.written.change { written in
            written.files += 1
            written.bytes.addCapped(scanned.attributes.size)
        }
    }

    /// The source could not read the file, or it changed there meanwhile.
    private func fail(_ file: ReceivedFile, _ error: PerigeeError) throws {
        guard file.giveUp() else { return }
        guard error.code == .changed else {
            shared.tally.fail(file.action.scanned.path, error)
            return leave(file)
        }
        shared.tally.warn("\(file.action.scanned.path): changed while it was read, and counted as it was then")
        try settle(file)
    }

    private func leave(_ file: ReceivedFile) {
        shared.receiver.forget(file.id)
        shared.receiver.leave(file.action)
    }

    /// Whether the destination's file at `path` has just these chunks.
    private func isSame(_ told: [ToldChunks], at path: TreePath) throws -> Bool {
        guard let root = shared.root, let reader = try? TreeReader.open(path, beneath: root) else { return false }
        var theirs = told.lazy.flatMap(\.chunks).makeIterator()
        var isSame = true
        do {
            try ChunkNames.forEach(of: reader, chunker, shared.begin.key, buffer, shared.context.stop.check) {
                _, length, name in
                let next = theirs.next()
                isSame = next?.id == name && next.map { Int($0.length) } == length
                return isSame
            }
        } catch let error as PerigeeError where error.code != .interrupted {
            return false
        }
        return isSame && theirs.next() == nil
    }

    /// Counts chunks that the destination is to have.
    private func count(_ told: [ToldChunks]) throws {
        for part in told {
            for chunk in part.chunks { batch.want(ContentID(chunk.id), length: chunk.length, wire: chunk.wire) }
            try shared.census.add(&batch)
            shared.tally.add(\.chunks, UInt64(part.chunks.count))
            shared.tally.add(\.readBytes, part.bytes)
            shared.context.progress.add(missing: Int(clamping: part.bytes))
        }
    }
}
