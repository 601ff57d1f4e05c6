internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Storage
internal import Vault
internal import Workers

/// Asks for files of a tree at another site, and takes what comes of them.
final class DistantFiles: Sendable {
    private struct Table {
        /// What is on its way, by the number of its request.
        var coming: [UInt64: DistantFile] = [:]
        /// What was asked for and not yet opened.
        var ready: [TreePath: DistantFile] = [:]
        var nextID: UInt64 = 0
        var failure: (any Error)?
        /// Whether no more will be asked for.
        var isOver = false
    }

    /// The least part of a file that a guess has to have found to be of use.
    private static let usefulShare = 0.125

    /// What puts requests into messages; one thread at a time.
    private struct Sender {
        let compressor: Compressor
        let scratch = IOBuffer(count: Compressor.bound(ExchangeLimits.block))
    }

    let channel: any MessageChannel
    let begin: ListingBegin
    private let context: RunContext
    private let table = Monitor(Table())
    private let window = FetchWindow(bytes: ExchangeLimits.bytesHeld)
    private let sender: Monitor<Sender>
    private let receiver = Monitor<Companion?>(nil)
    /// Finds earlier versions; for the one thread that says what is expected.
    private let bases = Monitor<DistantBases?>(nil)
    private let finder = KinFinder()

    /// Files by way of `channel`.
    init(_ channel: any MessageChannel, _ begin: ListingBegin, context: RunContext) throws {
        self.channel = channel
        self.begin = begin
        self.context = context
        sender = Monitor(Sender(compressor: try Compressor(.zstd(level: 3))))
        channel.expect(ExchangeLimits.firstWindow)
        let companion = Companion { [weak self] in self?.receive() }
        receiver.change { $0 = companion }
    }

    /// Large files are held against their versions in `snapshot` of `vault`, new ones against others of their series.
    func compare(with snapshot: Snapshot, of vault: Vault) throws {
        let found = try DistantBases(vault, snapshot, begin, finder)
        bases.change { $0 = found }
    }

    /// Asks for all files among `items`, after waiting until there are not too many on their way.
    func expect(_ items: [ArchiveItem]) throws {
        var wanted: [DistantFile] = []
        for case .look(let scanned, _, let previous) in items where scanned.attributes.kind == .file {
            let weight = FetchWindow.weight(scanned.attributes.size)
            if try !window.tryEnter(weight) {
                try ask(wanted)
                wanted = []
                try window.enter(weight)
            }
            let base = bases.read { $0?.base(of: scanned, previous) }
            wanted.append(make(scanned, at: scanned.path, base) { [window] in window.leave(weight) })
        }
        try ask(wanted)
    }

    /// The file that `scanned` is, which was asked for before or is now.
    func file(of scanned: ScannedEntry) throws -> DistantFile {
        if let file = table.change({ $0.ready.removeValue(forKey: scanned.path) }), file.isOf(scanned) { return file }
        let file = make(scanned, at: scanned.path, nil) {}
        try ask([file])
        _ = table.change { $0.ready.removeValue(forKey: scanned.path) }
        return file
    }

    /// What the other site has at `path` now.
    func look(at path: TreePath) throws -> ScannedEntry {
        let file = make(nil, at: path, nil) {}
        try ask([file])
        return try file.look()
    }

    private func make(
        _ scanned: ScannedEntry?, at path: TreePath, _ base: (chunks: StoredChunks, isGuess: Bool)?,
        whenDone: @escaping @Sendable () -> Void
    ) -> DistantFile {
        let id = table.change { table in
            defer { table.nextID += 1 }
            return table.nextID
        }
        let isGuess = base?.isGuess ?? false
        return DistantFile(id: id, path: path, scanned, base: base?.chunks, of: self) { [finder] share in
            if isGuess { finder.note(wasOfUse: share >= Self.usefulShare) }
            whenDone()
        }
    }

    private func ask(_ files: [DistantFile]) throws {
        // Numbers of one message follow one another: who looks again does so in between.
        try sender.read { sender in
            var rest = files[...]
            while let first = rest.first {
                var count = 1
                while count < min(rest.count, ExchangeLimits.requests),
                    rest[rest.startIndex + count].id == first.id + UInt64(count)
                {
                    count += 1
                }
                try ask(rest.prefix(count), &sender)
                rest = rest.dropFirst(count)
            }
        }
    }

    private func ask(_ files: ArraySlice<DistantFile>, _ sender: inout Sender) throws {
        try table.change { table in
            if let failure = table.failure { throw failure }
            for file in files {
                table.coming[file.id] = file
                table.ready[file.path] = file
            }
        }
        let requests = files.map { FetchRequest(id: $0.id, path: $0.path, comparesChunks: $0.comesByChunks) }
        try channel.send(FetchRequest.encode(requests, by: sender.compressor, sender.scratch))
        channel.announce(files.reduce(0) { $0 &+ $1.wholeBytes })
    }

    /// Says which chunks of a stretch are wanted.
    func want(_ wanted: WantedChunks) throws { try channel.send(wanted.encoded()) }

    /// Says that a file is not wanted any more.
    func cancel(_ id: UInt64) throws {
        var out = MessageWriter(FileMessage.cancel)
        out.number(id)
        try channel.send(out.bytes)
    }

    /// - Throws: what ended the exchange, if anything has.
    func check() throws { if let failure = table.read({ $0.failure }) { throw failure } }

    /// Ends everything with `error`.
    func fail(_ error: any Error) {
        let coming = table.change { table in
            if table.failure == nil { table.failure = error }
            defer { (table.coming, table.ready) = ([:], [:]) }
            return table.coming.values
        }
        window.fail(error)
        for file in coming { file.fail(error) }
        channel.fail(error)
    }

    /// Says that no more will be asked for.
    ///
    /// That the other site has understood is not waited for: it comes a round trip after all that was asked for.
    func finish() throws {
        table.change { $0.isOver = true }
        try channel.finish()
        receiver.read { $0 }?.leave()
        try check()
    }
}

// What comes.
extension DistantFiles {
    fileprivate func receive() {
        do {
            let reader = try BatchReader()
            while let message = try channel.receive() {
                context.limit?.take(message.count)
                context.progress.add(wire: message.count)
                try reader.read(message) { try take(&$0, &$1) }
            }
            guard table.read({ $0.isOver }) else { throw ExchangeFault.ended }
        } catch {
            fail(error)
        }
    }

    private func take(_ records: inout MessageReader, _ data: inout MessageReader) throws {
        let kind = FileRecord(rawValue: try records.byte())
        let id = try records.number()
        let file = try table.read { table in
            guard id < table.nextID else { throw ExchangeFault.hostile("a file that nobody asked for") }
            return table.coming[id]
        }
        switch kind {
        case .file:
            let head = try FileHead.decode(&records)
            guard head.way == .inline else {
                file?.begin(head)
                return try giveUpIfFailed(file)
            }
            let size = head.attributes.dataSize
            guard size <= UInt64(ExchangeLimits.batch) else {
                throw ExchangeFault.hostile("a large file in one record")
            }
            let bytes = try data.raw(Int(size))
            file?.complete(head, bytes)
            forget(id)
        case .chunks: try takeChunks(of: file, &records)
        case .wanted:
            let stretch = try records.number(upTo: 1 << 32, "the number of a stretch")
            let index = try records.number(upTo: 1 << 15, "the number of a chunk")
            let bytes = try data.raw(records.number(upTo: FileServer.chunkMax, "a chunk"))
            try file?.take(stretch, index, bytes)
            try giveUpIfFailed(file)
        case .piece: _ = try data.raw(takePiece(&records))
        case .end:
            let total = try records.number()
            file?.end(total)
            forget(id)
        case .failed:
            let error = try ErrorCoding.decode(&records)
            file?.fail(error)
            forget(id)
        default: throw ExchangeFault.hostile("a record that nobody asked for")
        }
    }

    private func takeChunks(of file: DistantFile?, _ records: inout MessageReader) throws {
        let number = try records.number(upTo: 1 << 32, "the number of a stretch")
        let chunks = try ToldStretch(decoding: &records)
        try file?.take(number, chunks)
    }

    /// A piece of a file that was given up.
    private func takePiece(_ records: inout MessageReader) throws -> Int {
        _ = try records.number()
        return try records.number(upTo: ExchangeLimits.batch, "a piece")
    }

    private func giveUpIfFailed(_ file: DistantFile?) throws {
        guard let file, file.hasFailed else { return }
        forget(file.id)
        try cancel(file.id)
    }

    private func forget(_ id: UInt64) { _ = table.change { $0.coming.removeValue(forKey: id) } }
}
