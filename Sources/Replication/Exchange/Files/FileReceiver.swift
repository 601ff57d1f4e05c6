internal import Content
internal import Files
internal import Model
internal import Storage
internal import Synchronization
internal import Workers

/// The destination's end of the files' channel: asks for files within a window, and hands what comes to workers.
final class FileReceiver: Sendable {
    /// What a worker does next.
    enum Work: Sendable {
        /// Take a message of the source.
        case message([UInt8])
        /// Make the link, pipe, socket name or node.
        case special(FetchAction)
        /// Give a file that did not change since the generation before a further name, or ask for it.
        case share(FetchAction, RecordEntry)
    }

    private struct Table {
        var files: [UInt64: ReceivedFile] = [:]
        /// Files that are to be made of one that is on its way, by the request of that.
        var followers: [UInt64: [FollowingFile]] = [:]
        /// The requests of all of these.
        var following: Set<UInt64> = []
        /// Those that are no longer on their way to be waited for.
        var ready: [FollowingFile] = []
        var nextID: UInt64 = 0
    }

    /// What puts requests into messages; one thread at a time.
    private struct Sender {
        var waiting: [FetchAction] = []
        var bytes: UInt64 = 0
        let compressor: Compressor
        let scratch = IOBuffer(count: Compressor.bound(ExchangeLimits.block))
    }

    /// What workers take.
    let queue = BoundedQueue<Work>(limit: ExchangeLimits.receivedBytes)
    private let window = FetchWindow()
    private let channel: any MessageChannel
    private let limit: TokenBucket?
    private let progress: Progress
    private let table = Mutex(Table())
    private let sender: Monitor<Sender>

    /// A receiver at `channel`.
    init(_ channel: any MessageChannel, limit: TokenBucket?, progress: Progress) throws {
        self.channel = channel
        self.limit = limit
        self.progress = progress
        sender = Monitor(Sender(compressor: try Compressor(.zstd(level: 3))))
        channel.expect(ExchangeLimits.firstWindow)
    }

    /// Hands messages to the workers until the source has finished.
    func receive() throws {
        while let message = try channel.receive() {
            limit?.take(message.count)
            progress.add(wire: message.count)
            try queue.put(.message(message), weight: message.count)
        }
        guard table.withLock({ $0.files.isEmpty }) else { throw ExchangeFault.ended }
        queue.close()
    }

    /// Asks for a file, soon: after waiting until there are not too many on their way.
    func fetch(_ action: FetchAction) throws {
        try enter(action)
        let isFull = sender.read { sender in
            sender.waiting.append(action)
            sender.bytes.addCapped(action.scanned.attributes.size)
            return sender.waiting.count >= ExchangeLimits.requests || sender.bytes >= UInt64(ExchangeLimits.gathered)
        }
        if isFull { try flush() }
    }

    /// Asks for a file once more, at once; it counts as on its way still.
    func fetchAgain(_ action: FetchAction) throws {
        try sending {
            try sender.read { sender in
                sender.waiting.append(action)
                try send(&sender)
            }
        }
    }

    /// Counts a file as on its way before it is known whether it has to be asked for.
    ///
    /// What waits to be asked for goes on waiting meanwhile: it is a small part of what may be on its way, and what is asked
    /// for together is compressed together.
    func enter(_ action: FetchAction) throws { try window.enter(action.weight) }

    /// What fails in sending is no fault of the file at hand.
    private func sending(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            throw TargetFailure(error: error as? PerigeeError ?? PerigeeError(.io, "\(error)"))
        }
    }

    /// Asks for what waits to be asked for.
    func flush() throws { try sender.read { try send(&$0) } }

    private func send(_ sender: inout Sender) throws {
        guard !sender.waiting.isEmpty else { return }
        let first = table.withLock { table in
            let first = table.nextID
            for action in sender.waiting {
                table.files[table.nextID] = ReceivedFile(id: table.nextID, action)
                table.nextID += 1
            }
            return first
        }
        let requests = sender.waiting.enumerated().map { index, action in
            FetchRequest(
                id: first + UInt64(index), path: action.scanned.path, comparesChunks: action.comparesChunks,
                former: action.isTold ? nil : action.former?.path, isCertain: action.isCertain && !action.isTold,
                isTold: action.isTold, measuresAll: action.measuresAll,
                takesSame: action.takesSame && !action.isTold, isNamed: action.isNamed && !action.isTold)
        }
        let wanted = sender.waiting.reduce(0) { $0 &+ $1.wholeBytes }
        (sender.waiting, sender.bytes) = ([], 0)
        try channel.send(FetchRequest.encode(requests, by: sender.compressor, sender.scratch))
        channel.announce(wanted)
    }

    /// Waits until nothing is on its way.
    func waitUntilIdle() throws {
        try flush()
        try window.waitUntilEmpty()
    }

    /// Says which chunks of a stretch are wanted.
    func want(_ wanted: WantedChunks) throws { try sending { try channel.send(wanted.encoded()) } }

    /// Says that the file of request `id` is not wanted any more.
    func cancel(_ id: UInt64) throws {
        var out = MessageWriter(FileMessage.cancel)
        out.number(id)
        try sending { try channel.send(out.bytes) }
    }

    /// The file of request `id`; nil where it is not on its way any more.
    func file(_ id: UInt64) throws -> ReceivedFile? {
        try table.withLock { table in
            guard id < table.nextID else { throw ExchangeFault.hostile("a file that nobody asked for") }
            return table.files[id]
        }
    }

    /// The file of request `id` is not on its way any more: what is to be made of it is ready.
    func forget(_ id: UInt64) {
        table.withLock { table in
            table.files[id] = nil
            table.following.remove(id)
            table.ready += table.followers.removeValue(forKey: id) ?? []
        }
    }

    /// Keeps `file` until the one that it is made of is in place, or was given up.
    ///
    /// - Returns: false where that one is not on its way: then it may be made at once.
    func keep(_ file: FollowingFile) throws -> Bool {
        try table.withLock { table in
            guard file.first < table.nextID else {
                throw ExchangeFault.hostile("a file like one that nobody asked for")
            }
            guard table.files[file.first] != nil else { return false }
            // Only what comes with its bytes is followed, so that none waits for another in a circle.
            guard file.first != file.file.id, !table.following.contains(file.first),
                table.followers[file.file.id] == nil
            else { throw ExchangeFault.hostile("a file like one that is like another") }
            table.followers[file.first, default: []].append(file)
            table.following.insert(file.file.id)
            return true
        }
    }

    /// A file that can be made now of one that is in place.
    func nextReady() -> FollowingFile? { table.withLock { $0.ready.popLast() } }

    /// `action` is done with.
    func leave(_ action: FetchAction) {
        window.leave(action.weight)
        progress.add(files: 1)
    }

    /// No more will be asked for; what the source says at its end still comes.
    func finishAsking() throws { try channel.finish() }

    /// No more will be asked for, and nothing is on its way.
    func finish() throws {
        try channel.finish()
        queue.close()
    }

    /// Ends everything with `error`.
    func fail(_ error: any Error) {
        queue.fail(error)
        window.fail(error)
        channel.fail(error)
        // Whoever waits for the head of a file would do so forever, where the one who had it has ended before it.
        for file in table.withLock({ Array($0.files.values) }) { _ = file.giveUp() }
    }
}
