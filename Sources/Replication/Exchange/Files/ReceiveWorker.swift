internal import Files
internal import Hashing
internal import Model
internal import Storage
internal import Workers

/// Makes at the destination what comes from the source.
///
/// One for each thread.
final class ReceiveWorker {
    /// What all workers of a run share.
    struct Shared: Sendable {
        let receiver: FileReceiver
        let begin: ListingBegin
        let options: SyncOptions
        let making: MakingShared
        /// The generation before, whose unchanged files are given a further name in the new one.
        let base: FolderHandle?
        /// What the destination has under other names, in a first run into a tree that has files.
        let elsewhere = Monitor<ElsewhereIndex?>(nil)
        /// Finds files that may hold much of a new one.
        let kin = KinFinder()
    }

    /// So many files that have chunks of others are kept open.
    static let elsewhereFilesMax = 16

    let shared: Shared
    let writer: TreeWriter
    let base: TreeWriter?
    let scratch = IOBuffer(count: 1 << 20)
    private let reader: BatchReader
    private var patchBuffer: IOBuffer?
    var elsewhereFiles: [TreePath: TreeReader] = [:]

    /// A worker that writes by `writer`, which nobody else uses.
    init(_ shared: Shared, writer: TreeWriter) throws {
        self.shared = shared
        self.writer = writer
        base = shared.base.map { TreeWriter(root: $0, log: FidelityLog(), lifted: nil) }
        reader = try BatchReader()
    }

    /// Memory for `count` bytes of what is patched; the same each time, and larger where it has to be.
    func patchRoom(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if (patchBuffer?.bytes.count ?? 0) < count { patchBuffer = IOBuffer(count: max(count, 1 << 20)) }
        guard let buffer = patchBuffer else { preconditionFailure("it was just made") }
        return UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
    }

    /// Works until nothing more will come.
    func run() throws {
        while let work = try shared.receiver.queue.take() {
            try shared.making.context.stop.check()
            switch work {
            case .message(let message): try reader.read(message) { try take(&$0, &$1) }
            case .special(let action): try makeSpecial(action)
            case .share(let action, let known): try share(action, known)
            }
            try makeReady()
        }
    }

    /// Takes one record, and its data.
    private func take(_ records: inout MessageReader, _ data: inout MessageReader) throws {
        guard let kind = FileRecord(rawValue: try records.byte()) else {
            throw ExchangeFault.hostile("a record of no known kind")
        }
        let id = try records.number()
        let file = try shared.receiver.file(id)
        switch kind {
        case .file: try takeHead(file, &records, &data)
        case .piece:
            let offset = try records.number()
            let bytes = try data.raw(records.number(upTo: ExchangeLimits.batch, "a piece"))
            try withMaking(file) { try write(bytes, at: offset, $0, $1) }
        case .chunks: try takeChunks(file, &records)
        case .wanted: try takeWanted(file, &records, &data)
        case .patch: try takePatch(file, &records, &data)
        case .told: try takeTold(file, &records)
        case .end:
            let total = try records.number()
            guard let file else { return }
            if file.end(total) { try file.action.isTold ? completeTold(file) : complete(file) }
        case .failed:
            let error = try ErrorCoding.decode(&records)
            if let file { try fail(file, error, isToldBySource: true) }
        }
    }

    private func takeHead(_ file: ReceivedFile?, _ records: inout MessageReader, _ data: inout MessageReader) throws {
        let head = try FileHead.decode(&records)
        let size = head.attributes.dataSize
        if head.way == .same { return try takeSame(file, head, &records) }
        guard head.way == .inline else {
            guard let file else { return }
            return try noting(file) { try begin(file, head) }
        }
        guard size <= UInt64(ExchangeLimits.batch) else { throw ExchangeFault.hostile("a large file in one record") }
        let bytes = try data.raw(Int(size))
        guard let file, file.giveUp() else { return }
        try noting(file, isGivenUp: true) {
            try take(file, head, bytes)
            shared.receiver.forget(file.id)
            shared.receiver.leave(file.action)
        }
    }

    private func takeWanted(
        _ file: ReceivedFile?, _ records: inout MessageReader, _ data: inout MessageReader
    ) throws {
        let stretch = try records.number(upTo: 1 << 32, "the number of a stretch")
        let index = try records.number(upTo: 1 << 15, "the number of a chunk")
        let bytes = try data.raw(records.number(upTo: FileServer.chunkMax, "a chunk"))
        let key = UInt64(stretch) << 16 | UInt64(index)
        // Nothing of a file that was given up meanwhile is wanted.
        guard let file, file.making() != nil else { return }
        guard let wanted = file.change({ $0.wanted.removeValue(forKey: key) }), bytes.count == wanted.length else {
            throw ExchangeFault.hostile("a chunk that nobody wanted")
        }
        try withMaking(file) { file, making in
            guard Blake3.hash(bytes, key: shared.begin.key) == wanted.id else {
                throw PerigeeError.changed(file.action.scanned.path)
            }
            try write(bytes, at: wanted.offset, file, making)
        }
    }

    /// Calls `body` with how the file is made, after waiting for its head; not at all where it was given up.
    func withMaking(
        _ file: ReceivedFile?, _ body: (ReceivedFile, ReceivedFile.Making) throws -> Void
    ) throws {
        guard let file, let making = file.making() else { return }
        try noting(file) { try body(file, making) }
    }

    /// Writes `bytes` of the file's data, and puts the file in place where it is complete with them.
    func write(
        _ bytes: UnsafeRawBufferPointer, at offset: UInt64, _ file: ReceivedFile, _ making: ReceivedFile.Making
    ) throws {
        let (end, overflow) = offset.addingReportingOverflow(UInt64(bytes.count))
        guard !overflow, end <= making.head.attributes.dataSize else {
            throw ExchangeFault.hostile("data beyond the end of its file")
        }
        let aside = try asideFile(of: file, making)
        try aside.write(bytes, at: offset, by: making.map)
        if shared.options.verification == .full { note(bytes, at: offset, file) }
        shared.making.context.progress.add(missing: bytes.count)
        shared.making.context.progress.add(logical: bytes.count)
        if file.add(UInt64(bytes.count)) { try complete(file) }
    }

    func note(_ bytes: UnsafeRawBufferPointer, at offset: UInt64, _ file: ReceivedFile) {
        let piece = (extent: Extent(offset: offset, length: UInt64(bytes.count)), digest: Blake3.hash(bytes))
        file.change { $0.written.append(piece) }
    }
}

extension ReceiveWorker {
    /// Does `body`; what fails there costs the file alone, unless going on is pointless.
    func noting(_ file: ReceivedFile, isGivenUp: Bool = false, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            if let end = error.endOfRun { throw end }
            if let error = error as? PerigeeError, error.place == ExchangeFault.ended.place { throw error }
            guard isGivenUp || file.giveUp() else { return }
            try settle(file, error)
            if !isGivenUp { try shared.receiver.cancel(file.id) }
        }
    }

    /// The source could not read the file, or an error of this end.
    func fail(_ file: ReceivedFile, _ error: PerigeeError, isToldBySource: Bool) throws {
        guard file.giveUp() else { return }
        try settle(file, error)
    }

    /// Asks for the file once more where that can help, and else notes that it failed.
    private func settle(_ file: ReceivedFile, _ error: any Error) throws {
        shared.receiver.forget(file.id)
        var action = file.action
        let isWorthIt =
            (error as? PerigeeError)?.code == .changed && action.attempt < ArchiveWorker.attemptsMax
        file.change { state in
            // What came of a large file is held against what comes of it next.
            if isWorthIt, state.making?.aside?.isKept == true { action.hasPart = true }
            if !action.hasPart { state.making?.aside?.discard() }
            state.making = nil
        }
        guard !isWorthIt else {
            action.attempt += 1
            (action.former, action.kin) = (nil, nil)
            action.isTold = false
            return try shared.receiver.fetchAgain(action)
        }
        shared.making.tally.fail(action.scanned.path, error)
        shared.receiver.leave(action)
    }
}
