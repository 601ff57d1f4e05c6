internal import Content
internal import Files
internal import Hashing
internal import Model

/// Reads files and sends them: small ones whole and together, large ones in parts.
///
/// One for each thread.
final class FileServerWorker {
    let server: FileServer
    let batch: BatchWriter
    private let chunker: Chunker
    private let stretch: Int
    let cutBuffer: IOBuffer
    private var lengths: [Int] = []
    private var samplers: [Bool: ChunkSampler] = [:]

    /// A worker of `server`.
    init(_ server: FileServer) throws {
        self.server = server
        chunker = Chunker(server.begin.chunker)
        stretch = max(LargeFile.stretch, 2 * server.begin.chunker.maximum)
        cutBuffer = IOBuffer(count: stretch)
        batch = try BatchWriter(
            server.channel, CompressionChoice(server.begin.compression), limit: server.context.limit,
            progress: server.context.progress, rehearsal: server.rehearsal)
    }

    /// Does `work`; what cannot be read is told to the destination.
    ///
    /// - Throws: where sending fails.
    func perform(_ work: ServerBoard.Work) throws {
        switch work {
        case .requests(let requests):
            for request in requests { try begin(request) }
            try batch.flush()
        case .piece(let file, let offset, let count):
            try perform(file) { if count > 0 { try send(file, offset, count) } }
        case .stretch(let file, let offset, let number):
            try perform(file) { try tell(file, offset, number) }
        case .wanted(let file, let offset, let lengths, let wanted):
            try perform(file) { try send(file, offset, lengths, wanted) }
        }
    }

    /// Does a part of `file`, and ends the file where it was the last.
    private func perform(_ file: ServedFile, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as PerigeeError where Self.isOfFile(error, file.reader.path) {
            if server.board.fail(file) { try fail(file.id, error) }
            return
        }
        guard server.board.end(file) else { return }
        do {
            try file.reader.recheck()
        } catch {
            return try fail(file.id, error)
        }
        batch.add(.end, file.id) { $0.number(file.reader.dataSize) }
        try batch.flush()
    }

    private static func isOfFile(_ error: PerigeeError, _ path: TreePath) -> Bool {
        error.code == .changed || error.place?.hasSuffix(path.description) == true
    }

    private func fail(_ id: UInt64, _ error: any Error) throws {
        batch.add(.failed, id) { ErrorCoding.encode(error, into: &$0) }
        try batch.flush()
    }

    /// Begins the file of `request`; one that changes while it is read is tried again.
    private func begin(_ request: FetchRequest) throws {
        for attempt in 1... {
            do {
                return try open(request)
            } catch let error as PerigeeError where error.code == .changed && attempt < ArchiveWorker.attemptsMax {
                continue
            } catch let error as SendFailure {
                throw error.cause
            } catch {
                batch.add(.failed, request.id) { ErrorCoding.encode(error, into: &$0) }
                return try batch.flushIfFull()
            }
        }
    }

    /// Sending failed, which is not the file's fault.
    private struct SendFailure: Error {
        let cause: any Error
    }

    private func sending<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch { throw SendFailure(cause: error) }
    }

    private func open(_ request: FetchRequest) throws {
        let (scanned, reader) = try server.tree.file(at: request.path)
        let formerIsGone = request.former.map { server.tree.isGone($0) } ?? false
        let way = way(of: request, reader, formerIsGone: formerIsGone)
        var head = FileHead(
            attributes: reader.attributes, identity: scanned.identity, way: way, formerIsGone: formerIsGone)
        guard way == .inline else {
            if way == .pieces, let same = try sentBefore(reader, request) {
                return try sending { try tell(same, &head, request) }
            }
            batch.add(.file, request.id) { head.encode(into: &$0) }
            guard way != .none else { return try sending { try batch.flushIfFull() } }
            guard way != .told else { return try tellAll(reader, request) }
            if way == .pieces, server.rehearsal == nil { server.channel.announce(reader.dataSize) }
            // Before any part of it is sent by anybody.
            try sending { try batch.flush() }
            return server.board.begin(ServedFile(id: request.id, reader: reader, way: way))
        }
        let count = Int(reader.dataSize)
        let place = try sending { try batch.place(for: count) }
        guard try reader.read(into: place, at: 0) == count else { throw PerigeeError.changed(request.path) }
        try reader.recheck()
        server.tally.add(\.readBytes, UInt64(count))
        if let same = sentBefore(UnsafeRawBufferPointer(place), request) {
            return try sending { try tell(same, &head, request) }
        }
        batch.keep(count)
        if server.rehearsal != nil, request.isNamed {
            batch.name(Blake3.hash(UnsafeRawBufferPointer(place), key: server.begin.key))
        }
        batch.add(.file, request.id) { head.encode(into: &$0) }
        try sending { try batch.flushIfFull() }
    }

    /// Tells that the file's content is that of one that was sent before.
    private func tell(
        _ same: (sent: SentFiles.Sent, name: Digest), _ head: inout FileHead, _ request: FetchRequest
    ) throws {
        head.way = .same
        batch.add(.file, request.id) { out in
            head.encode(into: &out)
            out.number(same.sent.id)
            out.digest(same.name)
            PathCoding.encode(same.sent.path, after: [], into: &out)
        }
        try batch.flushIfFull()
    }

    private func way(of request: FetchRequest, _ reader: any ReadableFile, formerIsGone: Bool) -> FileWay {
        if request.isTold { return .told }
        if request.isCertain, formerIsGone { return .none }
        let size = reader.dataSize
        if request.comparesChunks, size > ExchangeLimits.wholeFile, size <= ExchangeLimits.comparedFile {
            return .chunks
        }
        return size <= UInt64(ExchangeLimits.batch) ? .inline : .pieces
    }

    private func send(_ file: ServedFile, _ offset: UInt64, _ count: Int) throws {
        let place = try batch.place(for: count)
        guard try file.reader.read(into: place, at: offset) == count else {
            throw PerigeeError.changed(file.reader.path)
        }
        batch.keep(count)
        server.tally.add(\.readBytes, UInt64(count))
        batch.add(.piece, file.id) { out in
            out.number(offset)
            out.number(count)
        }
        try batch.flush()
    }

    /// Cuts the next stretch and tells its chunks; the next worker cuts on as soon as the cuts are known.
    private func tell(_ file: ServedFile, _ offset: UInt64, _ number: Int) throws {
        let (bytes, lengths) = try cut(file.reader, at: offset)
        server.board.cut(file, lengths, consumed: bytes.count)
        let ids = ChunkNames.names(bytes, lengths, server.begin.key)
        batch.add(.chunks, file.id) { out in
            out.number(number)
            out.number(offset)
            out.number(lengths.count)
            for (length, id) in zip(lengths, ids) {
                out.number(length)
                out.digest(id)
            }
        }
        try batch.flush()
    }

    /// Reads the next stretch of a file, which begins at a cut, and cuts it.
    ///
    /// - Returns: the bytes of the chunks that are certain, valid until the next call, and their lengths.
    func cut(_ reader: any ReadableFile, at offset: UInt64) throws -> (bytes: UnsafeRawBufferPointer, lengths: [Int]) {
        let rest = reader.dataSize - offset
        let count = Int(min(UInt64(stretch), rest))
        let target = UnsafeMutableRawBufferPointer(rebasing: cutBuffer.bytes[..<count])
        guard try reader.read(into: target, at: offset) == count else { throw PerigeeError.changed(reader.path) }
        lengths.removeAll(keepingCapacity: true)
        let consumed = chunker.cut(UnsafeRawBufferPointer(target), isLast: UInt64(count) == rest, into: &lengths)
        server.tally.add(\.readBytes, UInt64(consumed))
        return (UnsafeRawBufferPointer(rebasing: target[..<consumed]), lengths)
    }

    /// What measures chunks that are only told: some of them, or all.
    func sampler(ofAll isComplete: Bool) throws -> ChunkSampler {
        if let sampler = samplers[isComplete] { return sampler }
        let sample = isComplete ? ChunkSample(isComplete: true) : server.sample
        let sampler = try ChunkSampler(sample, server.begin.compression)
        samplers[isComplete] = sampler
        return sampler
    }

    /// Sends the chunks of a stretch that are wanted, read anew.
    private func send(_ file: ServedFile, _ start: UInt64, _ lengths: [UInt32], _ wanted: WantedChunks) throws {
        var offset = start
        for (index, length) in lengths.enumerated() {
            defer { offset += UInt64(length) }
            guard wanted.wants(index) else { continue }
            let place = try batch.place(for: Int(length))
            guard try file.reader.read(into: place, at: offset) == place.count else {
                throw PerigeeError.changed(file.reader.path)
            }
            batch.keep(place.count)
            batch.add(.wanted, file.id) { out in
                out.number(wanted.stretch)
                out.number(index)
                out.number(place.count)
            }
        }
        if !wanted.patched.isEmpty { try sendPatches(file, start, lengths, wanted) }
        try batch.flush()
    }
}
