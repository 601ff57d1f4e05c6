internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// Takes what a source tells in a rehearsal of a snapshot: it answers as ``DistantFiles`` does, and counts.
///
/// One for each thread.
final class DistantRehearsalWorker {
    /// What all workers of a rehearsal share.
    struct Shared: Sendable {
        let receiver: FileReceiver
        let totals: RehearsedTotals
        let context: RunContext
        /// What earlier versions in the vault have, by the path of the file that is asked for.
        let held = Monitor<[TreePath: [Digest: ChunkReference]]>([:])
    }

    private let shared: Shared
    private let reader: BatchReader

    /// A worker.
    init(_ shared: Shared) throws {
        self.shared = shared
        reader = try BatchReader()
    }

    /// Works until nothing more will come.
    func run() throws {
        while let work = try shared.receiver.queue.take() {
            try shared.context.stop.check()
            guard case .message(let message) = work else { continue }
            if message.first == FileMessage.late.rawValue {
                try shared.totals.takeLate(message)
            } else {
                shared.totals.add(try reader.readRehearsed(message) { records, _ in try take(&records) })
            }
        }
    }

    private func take(_ records: inout MessageReader) throws {
        let kind = FileRecord(rawValue: try records.byte())
        let file = try shared.receiver.file(try records.number())
        switch kind {
        case .file:
            let head = try FileHead.decode(&records)
            guard head.way == .inline || head.way == .pieces || head.way == .chunks else {
                throw ExchangeFault.hostile("a file that comes in a way that nobody asked for")
            }
            guard head.way != .inline else { return leave(file) }
            file?.change { $0.making = .init(head: head, map: DataMap(head.attributes)) }
        case .piece:
            _ = try records.number()
            try add(records.number(upTo: ExchangeLimits.batch, "a piece"), to: file)
        case .chunks: try takeChunks(file, &records)
        case .wanted:
            _ = try records.number(upTo: 1 << 32, "the number of a stretch")
            _ = try records.number(upTo: 1 << 15, "the number of a chunk")
            try add(records.number(upTo: FileServer.chunkMax, "a chunk"), to: file)
        case .end:
            let total = try records.number()
            if let file, file.end(total) { leave(file) }
        case .failed:
            _ = try ErrorCoding.decode(&records)
            leave(file)
        default: throw ExchangeFault.hostile("a record that nobody asked for")
        }
    }

    /// Wants those chunks of a stretch that the file's last version lacks.
    private func takeChunks(_ file: ReceivedFile?, _ records: inout MessageReader) throws {
        let number = try records.number(upTo: 1 << 32, "the number of a stretch")
        let told = try ToldStretch(decoding: &records)
        guard let file else { return }
        let held = shared.held.read { $0[file.action.scanned.path] } ?? [:]
        var wanted = WantedChunks(
            id: file.id, stretch: number, bits: [UInt8](repeating: 0, count: (told.chunks.count + 7) / 8))
        var known = 0
        for (index, chunk) in told.chunks.enumerated() {
            if held[chunk.id]?.length == chunk.length {
                known += Int(chunk.length)
            } else {
                wanted.bits[index >> 3] |= 1 << UInt8(index & 7)
            }
        }
        try shared.receiver.want(wanted)
        try add(known, to: file)
    }

    /// So many bytes of a file are dealt with.
    private func add(_ count: Int, to file: ReceivedFile?) throws {
        guard let file, file.making() != nil else { return }
        shared.context.progress.add(logical: count)
        if file.add(UInt64(count)) { leave(file) }
    }

    /// Nothing more will come of a file.
    private func leave(_ file: ReceivedFile?) {
        guard let file else { return }
        _ = file.giveUp()
        shared.held.change { $0[file.action.scanned.path] = nil }
        shared.receiver.forget(file.id)
        shared.receiver.leave(file.action)
    }
}
