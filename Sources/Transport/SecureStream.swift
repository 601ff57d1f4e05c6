public import Model
internal import NIOCore
public import Trust
public import Wire

/// A connection by TCP in TLS 1.3, both ends of which have proven who they are: a stream for threads that block.
///
/// Behind it an event loop moves the bytes. At most 1 MiB that came waits to be read, and at most 1 MiB that was written to
/// be taken by the system; beyond, the socket is not read, and whoever writes waits.
///
/// Sendable by hand: the buffer in hand belongs to the one thread that reads.
public final class SecureStream: ByteStream, @unchecked Sendable {
    /// What to call the other side: host and port as they were given, or its address.
    public let peer: String
    /// Who the other side is, proven by its key.
    public let identity: SiteIdentity
    private let channel: any NIOCore.Channel
    private let state: StreamState
    private let closeWait: Duration
    private var inHand = ByteBuffer()

    init(
        _ channel: any NIOCore.Channel, _ state: StreamState, peer: String, identity: SiteIdentity, closeWait: Duration
    ) {
        (self.channel, self.state, self.peer, self.identity) = (channel, state, peer, identity)
        self.closeWait = closeWait
    }

    deinit { close() }

    /// Reads what came.
    public func read(into buffer: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int? {
        while inHand.readableBytes == 0 {
            switch try state.next(for: limit, peer) {
            case nil: return nil
            case .end: return 0
            case .bytes(let next, let resumes):
                inHand = next
                if resumes { channel.read() }
            }
        }
        return inHand.readWithUnsafeReadableBytes { bytes in
            let count = min(bytes.count, buffer.count)
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            return (count, count)
        }
    }

    /// Hands the bytes to the event loop, after waiting while too many are on their way.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(TransportLimits.writeSize))
            try state.reserve(part.count, peer)
            var buffer = channel.allocator.buffer(capacity: part.count)
            buffer.writeBytes(part)
            let (state, count) = (state, part.count)
            let promise = channel.eventLoop.makePromise(of: Void.self)
            // A failure is told by the channel itself.
            promise.futureResult.whenComplete { _ in state.left(count) }
            channel.writeAndFlush(buffer, promise: promise)
            rest = rest.dropFirst(part.count)
        }
    }

    /// The other side reads the end after what was written; waits until that has left.
    public func finishWriting() {
        state.waitUntilLeft(for: closeWait)
        channel.close(mode: .output, promise: nil)
    }

    /// Ends both directions.
    public func close() {
        guard state.close() else { return }
        channel.close(promise: nil)
        // Its answer to the farewell is to be received, even where nothing was being received.
        channel.read()
    }

    /// Why the other side would not begin, where that is known.
    public func explanation() -> PerigeeError? { state.firstFailure }
}
