internal import Model
internal import Storage
internal import Synchronization
internal import Workers

/// What runs a connection: one thread that reads frames and never waits for anything else, and one that writes them.
///
/// The reading thread must not wait for the writing one: if both sides did, two full pipes would hold both for ever. So
/// whatever it has to say goes into the outbox without waiting.
final class ConnectionEngine: Sendable {
    let stream: any ByteStream
    let options: WireOptions
    let ours: Hello
    let outbox: Outbox
    let table: ChannelTable
    let watch: SilenceWatch
    /// Held while a channel is opened.
    let opening = Mutex(())
    /// The credit that the other side gives with a new channel, as far as that is known; under a lock while it changes, and
    /// while a channel is made with it.
    let credit = Mutex(WireLimits.earlyCredit)
    /// The longest message that the other side takes, as far as that is known.
    let longest = Atomic(WireLimits.earlyMessageMax)
    private let pool = PayloadPool()
    private let helloBytes: UInt64
    private let announcedBytes = Atomic<UInt64>(0)
    private let state = Monitor(State())
    /// The stream with its strands, which it is closed by.
    let bundle: StrandBundle
    /// Where frames are written: the stream, or the bundle once that has strands.
    private let outgoing: Mutex<any ByteStream>
    /// Whether writing has gone over to blocks; held while it does.
    private let isSplit = Mutex(false)

    private struct State {
        var theirs: Hello?
        var failure: (any Error)?
        var isReaderDone = false
        var isWriterDone = false
        var pongs = 0
        var isOrderly = false
    }

    /// An engine for a stream on which this side's hello has passed.
    init(_ stream: any ByteStream, options: WireOptions, ours: Hello, outbox: Outbox, watch: SilenceWatch) {
        self.stream = stream
        self.options = options
        self.ours = ours
        self.outbox = outbox
        self.watch = watch
        bundle = StrandBundle(of: stream, budget: options.early, clock: options.clock)
        outgoing = Mutex(stream)
        helloBytes = UInt64(ours.encoded().count)
        table = ChannelTable(role: ours.role)
    }

    // MARK: the other side's hello

    /// Whether the other side has said hello.
    var isGreeted: Bool { state.read { $0.theirs != nil } }

    /// The other side's hello, after waiting for it.
    ///
    /// - Throws: why it did not come.
    func hello() throws -> Hello {
        try state.wait { state -> Hello? in
            if let theirs = state.theirs { return theirs }
            if let failure = state.failure { throw failure }
            return nil
        }
    }

    /// The other side has said hello; with `isEarly` this side may have said more than its own before.
    func take(_ hello: Hello, isEarly: Bool) throws {
        guard !isEarly || hello.window >= WireLimits.earlyCredit else {
            throw WireFault.outOfTurn("it gives less credit than what may be sent before its hello", peer)
        }
        longest.store(min(WireLimits.messageMax, hello.messageMax), ordering: .relaxed)
        let cores = credit.withLock { credit in
            credit = hello.window
            return table.allow(hello.channelsMax)
        }
        for core in cores { try core.deliver(credit: hello.window - WireLimits.earlyCredit, from: peer) }
        state.change { $0.theirs = hello }
    }

    /// What to call the other side in messages.
    var peer: String { stream.peer }

    /// What crossed so far, and what waits to be written: how far the writing thread is does not show.
    var traffic: Traffic { Traffic(sent: helloBytes + outbox.bytes, received: watch.receivedBytes) }

    /// What this side has asked for so far, or is about to send, as far as whoever does so has said.
    var announced: UInt64 { announcedBytes.load(ordering: .relaxed) }

    /// This side has asked for `bytes` more, or is about to send them.
    func announce(_ bytes: UInt64) { announcedBytes.wrappingAdd(bytes, ordering: .relaxed) }

    /// Why the connection failed, if it did.
    var failure: (any Error)? { state.read { $0.failure } }

    /// Whether neither side has ended it.
    var isUsable: Bool { state.read { $0.failure == nil && !$0.isOrderly } }

    // MARK: the two threads

    /// Reads frames until the end; before, what `greet` gives: the other side's hello, where that is still to come.
    func readAll(after greet: (() throws -> Hello)?) {
        defer { state.change { $0.isReaderDone = true } }
        do {
            if let greet { try take(greet(), isEarly: true) }
        } catch {
            return fail(error)
        }
        do {
            let reader = FrameReader(stream, pool: pool, watch: watch)
            var isBundled = false
            while let (header, payload) = try reader.next() {
                guard try handle(header, payload) else { return }
                guard header.kind == .strands else { continue }
                guard !isBundled else { throw WireFault.outOfTurn("it goes over to strands a second time", peer) }
                try reader.goOn(by: bundle)
                isBundled = true
            }
            throw WireFault.cut("the connection was cut", peer)
        } catch {
            fail(explained(error))
        }
    }

    /// Writes frames until the outbox is closed.
    func writeAll() {
        defer { state.change { $0.isWriterDone = true } }
        do {
            while try outbox.drain({ try write($0) }) {}
            outgoing.withLock { $0 }.finishWriting()
        } catch {
            fail(error)
        }
    }

    /// Writes whole frames; where that fails, nothing can follow, and everything ends.
    func write(_ parts: [UnsafeRawBufferPointer]) throws {
        do {
            try watch.write(outgoing.withLock { $0 }, parts)
        } catch {
            // The reading thread usually learns why; it gets the time to.
            let error = explained(error)
            fail(error)
            throw error
        }
    }

    /// Ends everything with `error`; the first stays.
    func fail(_ error: any Error) {
        let error = isGreeted ? error : Self.beforeHello(error)
        let isFirst = state.change { state in
            guard state.failure == nil, !state.isOrderly else { return false }
            state.failure = error
            return true
        }
        defer { bundle.close() }
        guard isFirst else { return }
        outbox.fail(error)
        table.fail(error)
    }

    /// Has `strand` carry frames too, in both directions; writing goes over to blocks if it has not.
    func add(_ strand: any ByteStream) throws {
        try bundle.add(strand)
        try goOverToBlocks()
    }

    /// From here on what this side writes goes in blocks, which a strand that comes takes part of at once; without effect
    /// where it does.
    func goOverToBlocks() throws {
        try isSplit.withLock { isSplit in
            guard !isSplit else { return }
            isSplit = true
            // Nobody else writes meanwhile: all before this frame goes by the stream alone, all behind it in blocks.
            try outbox.pass(.strands, channel: 0, messageKind: 0, []) { parts in
                try write(parts)
                do {
                    try bundle.beginWriting()
                } catch {
                    // The other side waits for blocks from here on.
                    fail(error)
                    throw error
                }
                outgoing.withLock { $0 = bundle }
            }
        }
    }

    /// How long a word takes to the other side and back; nil where it took longer than `limit`, or the connection ended.
    func roundTrip(within limit: Duration) -> Duration? {
        let before = state.read { $0.pongs }
        let start = options.clock.now()
        guard outbox.answer(.ping) else { return nil }
        let isBack = state.wait(for: limit) { state -> Bool? in
            if state.pongs > before { return true }
            return state.failure != nil || state.isOrderly || state.isReaderDone ? false : nil
        }
        return isBack == true ? options.clock.now() - start : nil
    }

    /// Waits for at most `limit` until both sides have said their last.
    func waitForThreads(_ limit: Duration) {
        _ = state.wait(for: limit) { $0.isReaderDone && $0.isWriterDone ? () : nil }
    }

    /// What never worked is more likely to be a wrong name than a lost link, which waiting would mend.
    static func beforeHello(_ error: any Error) -> any Error {
        guard var fault = error as? PerigeeError, [.io, .damaged, .limit].contains(fault.code) else { return error }
        fault.canRetry = false
        return fault
    }

    /// Waits for at most `limit` until all that was put has left.
    func waitForWriter(_ limit: Duration) { _ = state.wait(for: limit) { $0.isWriterDone ? () : nil } }

    /// What the stream knows of its end is better than that it ended.
    private func explained(_ error: any Error) -> any Error {
        guard let error = error as? PerigeeError, error.code == .io, let better = stream.explanation() else {
            return error
        }
        return better
    }

    // MARK: frames that come

    /// Does what a frame asks; false after the last.
    private func handle(_ header: FrameHeader, _ payload: Message) throws -> Bool {
        switch header.kind {
        case .open: try handleOpen(header.channel, payload)
        case .message: try table.find(header.channel, from: peer)?.deliver(payload, from: peer)
        case .credit: try handleCredit(header.channel, payload)
        case .finish: try handleFinish(header.channel)
        case .reset: try handleReset(header.channel, payload)
        case .ping: try answer(.pong)
        case .pong: state.change { $0.pongs += 1 }
        case .strands: break
        case .goodbye:
            endInOrder()
            return false
        }
        return true
    }

    private func handleOpen(_ number: UInt32, _ payload: Message) throws {
        let core = try payload.withBytes { bytes in
            var fields = FieldReader(bytes, from: peer)
            let service = ErrorCoding.harmless(try fields.text(limit: WireLimits.serviceMax))
            let opening = Array(fields.rest())
            return ChannelCore(
                number: number, service: service, opening: opening, credit: credit.withLock { $0 }, window: ours.window,
                windowMax: options.windowMax, growth: options.growth)
        }
        if case .refused(let error) = try table.admit(core, from: peer) {
            try answer(.reset, channel: number, ErrorCoding.encode(error))
        }
    }

    private func handleCredit(_ number: UInt32, _ payload: Message) throws {
        let credit = try payload.withBytes { bytes in
            var fields = FieldReader(bytes, from: peer)
            let credit = try fields.number(UInt32.self)
            try fields.finish()
            return credit
        }
        try table.find(number, from: peer)?.deliver(credit: Int(credit), from: peer)
    }

    private func handleFinish(_ number: UInt32) throws {
        guard let core = try table.find(number, from: peer) else { return }
        try core.deliverFinish(from: peer)
        if core.isOver { table.remove(core) }
    }

    private func handleReset(_ number: UInt32, _ payload: Message) throws {
        let error = try payload.withBytes { try ErrorCoding.decode($0, from: peer) }
        guard let core = try table.find(number, from: peer) else { return }
        core.fail(error)
        // One that nobody accepted yet stays until somebody does, and then throws.
        table.forget(core)
    }

    private func answer(_ kind: FrameKind, channel: UInt32 = 0, _ payload: [UInt8] = []) throws {
        guard outbox.answer(kind, channel: channel, payload) else {
            throw WireFault.tooMuch("more to answer than it reads answers", peer)
        }
    }

    /// The other side said goodbye: whatever is still open here has nobody at the other end.
    private func endInOrder() {
        state.change { $0.isOrderly = true }
        table.end(WireFault.cut("the other side closed the connection", peer))
        _ = outbox.answer(.goodbye)
        outbox.close()
    }
}
