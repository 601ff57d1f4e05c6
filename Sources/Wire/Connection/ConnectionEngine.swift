internal import Model
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
    let theirs: Hello
    let outbox: Outbox
    let table: ChannelTable
    let watch: SilenceWatch
    /// Held while a channel is opened.
    let opening = Mutex(())
    private let pool = PayloadPool()
    private let helloBytes: UInt64
    private let state = Monitor(State())

    private struct State {
        var failure: (any Error)?
        var isReaderDone = false
        var isWriterDone = false
        var isOrderly = false
    }

    /// An engine for a stream on which both hellos have passed.
    init(
        _ stream: any ByteStream, options: WireOptions, ours: Hello, theirs: Hello, outbox: Outbox, watch: SilenceWatch
    ) {
        self.stream = stream
        self.options = options
        self.ours = ours
        self.theirs = theirs
        self.outbox = outbox
        self.watch = watch
        helloBytes = watch.traffic.sent
        table = ChannelTable(role: ours.role, channelsMax: theirs.channelsMax)
    }

    /// What to call the other side in messages.
    var peer: String { stream.peer }

    /// What crossed so far, and what waits to be written: how far the writing thread is does not show.
    var traffic: Traffic { Traffic(sent: helloBytes + outbox.bytes, received: watch.traffic.received) }

    /// Why the connection failed, if it did.
    var failure: (any Error)? { state.read { $0.failure } }

    /// Whether the other side has said goodbye.
    var isOrderlyEnded: Bool { state.read { $0.isOrderly } }

    // MARK: the two threads

    /// Reads frames until the end.
    func readAll() {
        defer { state.change { $0.isReaderDone = true } }
        do {
            let reader = FrameReader(stream, pool: pool, watch: watch)
            while let (header, payload) = try reader.next() {
                guard try handle(header, payload) else { return }
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
            stream.finishWriting()
        } catch {
            fail(error)
        }
    }

    /// Writes whole frames; where that fails, nothing can follow, and everything ends.
    func write(_ parts: [UnsafeRawBufferPointer]) throws {
        do {
            try watch.write(stream, parts)
        } catch {
            // The reading thread usually learns why; it gets the time to.
            let error = explained(error)
            fail(error)
            throw error
        }
    }

    /// Ends everything with `error`; the first stays.
    func fail(_ error: any Error) {
        let isFirst = state.change { state in
            guard state.failure == nil, !state.isOrderly else { return false }
            state.failure = error
            return true
        }
        guard isFirst else { return stream.close() }
        outbox.fail(error)
        table.fail(error)
        stream.close()
    }

    /// Waits for at most `limit` until both sides have said their last.
    func waitForThreads(_ limit: Duration) {
        _ = state.wait(for: limit) { $0.isReaderDone && $0.isWriterDone ? () : nil }
    }

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
        case .pong: break
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
                number: number, service: service, opening: opening, credit: theirs.window, window: ours.window,
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
