internal import Files
internal import Hashing
internal import Model
internal import Workers

/// Takes at the destination what a source tells in an estimate: it asks and answers as a ``ReceiveWorker`` does, counts, and
/// writes nothing.
///
/// One for each thread.
final class RehearsalWorker {
    let shared: ReceiveWorker.Shared
    private let totals: RehearsedTotals
    private let reader: BatchReader
    /// By which the destination is looked at; nil where there is none yet.
    let looker: ReceiveWorker?

    var tally: Tally { shared.making.tally }

    /// A worker that looks at the destination beneath `root` and adds to `totals`.
    init(_ shared: ReceiveWorker.Shared, _ totals: RehearsedTotals, root: FolderHandle?) throws {
        self.shared = shared
        self.totals = totals
        reader = try BatchReader()
        looker = try root.map {
            try ReceiveWorker(shared, writer: TreeWriter(root: $0, log: FidelityLog(), lifted: nil))
        }
    }

    /// Works until nothing more will come.
    func run() throws {
        while let work = try shared.receiver.queue.take() {
            try shared.making.context.stop.check()
            guard case .message(let message) = work else { continue }
            if message.first == FileMessage.late.rawValue {
                try totals.takeLate(message)
            } else {
                totals.add(try reader.readRehearsed(message) { try take(&$0, &$1) })
            }
        }
    }

    private func take(_ records: inout MessageReader, _ names: inout MessageReader) throws {
        guard let kind = FileRecord(rawValue: try records.byte()) else {
            throw ExchangeFault.hostile("a record of no known kind")
        }
        let file = try shared.receiver.file(try records.number())
        switch kind {
        case .file: try takeHead(file, &records, &names)
        case .piece:
            _ = try records.number()
            let count = try records.number(upTo: ExchangeLimits.batch, "a piece")
            if let file, file.making() != nil { try add(count, to: file) }
        case .chunks: try takeChunks(file, &records)
        case .wanted: try takeWanted(file, &records)
        case .patch: try takePatch(file, &records)
        case .told: try takeTold(file, &records)
        case .end:
            let total = try records.number()
            if let file, file.end(total) { try complete(file) }
        case .failed:
            let error = try ErrorCoding.decode(&records)
            if let file { try fail(file, error) }
        }
    }

    private func takeHead(
        _ file: ReceivedFile?, _ records: inout MessageReader, _ names: inout MessageReader
    ) throws {
        let head = try FileHead.decode(&records)
        switch head.way {
        case .inline:
            let name = file?.action.isNamed == true ? try names.digest() : nil
            if let file, file.giveUp() { settleSmall(file, head, name) }
        case .same:
            _ = try (records.number(), records.digest(), PathCoding.decode(&records, after: []))
            guard let file, file.giveUp() else { return }
            tally.add(\.reusedBytes, head.attributes.dataSize)
            countWritten(file, head)
        case .none:
            guard let file, file.giveUp() else { return }
            tally.add(\.renamed)
            tally.add(\.reusedBytes, head.attributes.size)
            leave(file)
        case .pieces: file?.change { $0.making = .init(head: head, map: DataMap(head.attributes)) }
        case .chunks, .told:
            guard let file else { return }
            guard let looker else { throw ExchangeFault.hostile("chunks where there is nothing to hold them against") }
            try noting(file) { try looker.begin(file, head) }
        }
    }

    private func takeChunks(_ file: ReceivedFile?, _ records: inout MessageReader) throws {
        let number = try records.number(upTo: 1 << 32, "the number of a stretch")
        let told = try ToldStretch(decoding: &records)
        guard let file, let making = file.making() else { return }
        guard let looker, let held = making.held, told.end <= making.head.attributes.dataSize else {
            throw ExchangeFault.hostile("a stretch beyond the end of its file")
        }
        try noting(file) {
            var elsewhere = 0
            let runs = try looker.ask(told.chunks, number, file, held) { chunk in
                guard try looker.elsewhere(chunk.id, length: chunk.length) != nil else { return false }
                elsewhere += Int(chunk.length)
                return true
            }
            if elsewhere > 0 { try add(elsewhere, to: file) }
            for run in runs {
                guard run.base == 0, run.from.offset == run.to else {
                    try add(Int(run.from.length), to: file)
                    continue
                }
                if file.put(by: run.from).isComplete { try complete(file) }
            }
        }
    }

    private func takeWanted(_ file: ReceivedFile?, _ records: inout MessageReader) throws {
        let stretch = try records.number(upTo: 1 << 32, "the number of a stretch")
        let index = try records.number(upTo: 1 << 15, "the number of a chunk")
        let count = try records.number(upTo: FileServer.chunkMax, "a chunk")
        guard let file, file.making() != nil else { return }
        let key = UInt64(stretch) << 16 | UInt64(index)
        guard file.change({ $0.wanted.removeValue(forKey: key) })?.length == UInt32(count) else {
            throw ExchangeFault.hostile("a chunk that nobody wanted")
        }
        try add(count, to: file)
    }

    private func takePatch(_ file: ReceivedFile?, _ records: inout MessageReader) throws {
        let stretch = try records.number(upTo: 1 << 32, "the number of a stretch")
        let first = try records.number(upTo: 1 << 15, "the number of a chunk")
        let count = try records.number(upTo: 1 << 15, "a count of chunks")
        let patch = try FinePatch(decoding: &records)
        guard let file, file.making() != nil else { return }
        let total = try file.takePatched(stretch, first..<(first + count)).chunks.reduce(0) { $0 + Int($1.length) }
        file.notePatch(of: total, literals: patch.literalCount)
        try add(total, to: file)
    }

    private func takeTold(_ file: ReceivedFile?, _ records: inout MessageReader) throws {
        let offset = try records.number()
        let told = try ToldChunks.decode(&records)
        guard let file, let making = file.making() else { return }
        let (end, overflow) = offset.addingReportingOverflow(told.bytes)
        guard file.action.isTold, !overflow, end <= making.head.attributes.dataSize, end <= ExchangeLimits.wholeFile
        else { throw ExchangeFault.hostile("chunks that nobody asked for") }
        file.change { $0.told.append((offset, told)) }
        try add(Int(told.bytes), to: file)
    }
}
