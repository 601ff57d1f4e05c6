internal import Workers

/// A connection to another site: any number of channels over one stream of bytes.
///
/// Made when both sides have said who they are and agreed on a version, or before, where the options say so. Calls block and may come from any thread. A wrong
/// byte, a lost link or a side that breaks the protocol ends the connection, and everything on it throws why; whoever
/// needs another connects again. Memory is bounded by ``WireLimits``: 2 × 2 MiB of frames that leave, ``WireLimits/readSize``
/// of those that come, and for each channel its window, one message more, and the rounding of buffers.
///
///     let connection = try Connection(stream, role: .initiator)
///     let channel = try connection.open("blobs")
public final class Connection: Sendable {
    let engine: ConnectionEngine
    private let reader: Companion
    private let writer: Companion

    /// Says hello on `stream`, waits for the other's unless the options say otherwise, and starts.
    ///
    /// The stream belongs to the connection from here on, and is closed where this throws.
    public init(_ stream: any ByteStream, role: Hello.Role, options: WireOptions = WireOptions()) throws {
        let outbox = Outbox()
        let watch = SilenceWatch(options) { _ = outbox.answer(.ping) }
        do {
            let ours = Hello(
                role: role, program: options.program, name: options.name, features: options.features)
            let engine = ConnectionEngine(stream, options: options, ours: ours, outbox: outbox, watch: watch)
            let greeting = Greeting(stream, options: options, watch: watch)
            try greeting.send(ours)
            let isEarly = role == .initiator && !options.awaitsHello
            if !isEarly { try engine.take(greeting.receive(ours), isEarly: false) }
            self.engine = engine
            let reader = try Companion.start { engine.readAll(after: isEarly ? { try greeting.receive(ours) } : nil) }
            do {
                writer = try Companion.start { engine.writeAll() }
            } catch {
                engine.fail(error)
                reader.join()
                throw error
            }
            self.reader = reader
        } catch {
            stream.close()
            throw error
        }
    }

    deinit {
        engine.fail(streamClosed(engine.peer))
        reader.join()
        writer.join()
    }

    /// What to call the other side in messages.
    public var peer: String { engine.peer }

    /// What the other side said of itself, after waiting for it.
    ///
    /// - Throws: why it would not begin.
    public var hello: Hello { get throws { try engine.hello() } }

    /// What crossed so far, with what was sent and has not left yet.
    public var traffic: Traffic { engine.traffic }

    /// Why the connection failed; nil while it works, and where it ended in order.
    public var failure: (any Error)? { engine.failure }

    /// Opens a channel for `service`, which gets `payload` along with it (at most ``WireLimits/openingMax`` bytes).
    ///
    /// Waits for no answer: messages may follow at once. A side that does not offer the service resets the channel.
    public func open(_ service: String, _ payload: [UInt8] = []) throws -> Channel {
        Channel(try engine.open(service, payload), of: self)
    }

    /// The next channel that the other side opened, after waiting for one; nil once it has said goodbye.
    ///
    /// - Throws: what the connection failed with.
    public func accept() throws -> Channel? { try engine.table.accept().map { Channel($0, of: self) } }

    /// Says goodbye after all that was sent, waits for the other's (for as long as the options say), and ends.
    ///
    /// Channels that are still open throw.
    public func close() {
        try? engine.outbox.put(.goodbye)
        engine.outbox.close()
        engine.waitForThreads(engine.options.closeWait)
        engine.fail(streamClosed(engine.peer))
        reader.join()
        writer.join()
    }

    /// Says goodbye after all that was sent, and ends without waiting for the other's.
    ///
    /// For whoever has got an answer to everything that it asked: then nothing is lost where the goodbye does not come.
    /// Channels that are still open throw.
    public func leave() {
        try? engine.outbox.put(.goodbye)
        engine.outbox.close()
        engine.waitForWriter(engine.options.closeWait)
        engine.bundle.leave()
        engine.fail(streamClosed(engine.peer))
        reader.join()
        writer.join()
    }

    /// Carries the connection by `strand` too, which leads to the same process; the other side must do the same with its end.
    ///
    /// - Throws: where the connection has ended, or has as many as there may be; `strand` is closed then.
    package func add(strand: any ByteStream) throws { try engine.add(strand) }

    /// Has what this side writes be dealt out to strands as soon as they come: what waits to be written by then as well.
    package func awaitStrands() throws { try engine.goOverToBlocks() }

    /// Ends the connection at once; all that is under way throws `error`.
    public func abort(_ error: any Error) { engine.fail(error) }
}
