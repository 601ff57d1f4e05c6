public import Model
internal import NIOCore
public import Trust
public import Wire

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A connection by TCP in TLS 1.3, both ends of which have proven who they are: a stream for threads that block.
///
/// Behind it an event loop moves the bytes. At most 1 MiB that came waits to be read, and at most 2 MiB that were written to
/// be taken by the system, of a strand 256 KiB each; beyond, the socket is not read, and whoever writes waits. What comes while a
/// thread waits for it is copied to where that thread wants it, and buffers of what has left are used again.
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
        try take(buffer, least: 1, for: limit)
    }

    /// The next `count` bytes, which whoever reads next gets once more; fewer where it ends before, or no more come within
    /// `limit`, and nil where none do.
    public func peek(_ count: Int, for limit: Duration) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = try bytes.withUnsafeMutableBytes { try fill($0, for: limit) }
        guard let got else { return nil }
        var buffer = channel.allocator.buffer(capacity: got + inHand.readableBytes)
        buffer.writeBytes(bytes[..<got])
        buffer.writeImmutableBuffer(inHand)
        inHand = buffer
        return Array(bytes[..<got])
    }

    /// Holds less from here on, here and in the system.
    public func lighten() {
        guard state.lighten() else { return }
        // Where it is no socket of TCP, its buffers are small.
        channel.setOption(.tcpOption(.init(rawValue: TransportLimits.unsentOption)), value: TransportLimits.unsentMax)
            .whenComplete { _ in }
    }

    /// What the system knows of TCP.
    public func condition() -> StreamCondition? {
        guard let provider = channel as? any SocketOptionProvider, let info = try? provider.getTCPInfo().wait() else {
            return nil
        }
        return StreamCondition(
            resent: UInt64(info.tcpi_total_retrans) * UInt64(info.tcpi_snd_mss),
            roundTrip: Double(info.tcpi_rtt) / 1e6)
    }

    /// Reads until `buffer` is full; the event loop puts the bytes there by itself.
    public func fill(_ buffer: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int? {
        try take(buffer, least: buffer.count, for: limit)
    }

    private func take(_ buffer: UnsafeMutableRawBufferPointer, least: Int, for limit: Duration) throws -> Int? {
        var rest = copied(buffer)
        while buffer.count - rest.count < max(least, 1) {
            let came = buffer.count - rest.count
            switch try state.next(into: rest, least: least - came, for: limit, peer) {
            case nil: return came > 0 ? came : nil
            case .end: return came
            case .placed(let count): return came + count
            case .bytes(let next, let resumes):
                inHand = next
                if resumes { channel.read() }
                rest = copied(rest)
            }
        }
        return buffer.count - rest.count
    }

    /// Copies what is in hand; the part of `buffer` that is still to be filled.
    private func copied(_ buffer: UnsafeMutableRawBufferPointer) -> UnsafeMutableRawBufferPointer {
        let count = inHand.readWithUnsafeReadableBytes { bytes in
            let count = min(bytes.count, buffer.count)
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            return count
        }
        // Held no longer than needed: then its memory is used again for what comes next.
        if inHand.readableBytes == 0 { inHand = ByteBuffer() }
        return UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
    }

    /// What is written waits for the event loop.
    public var keepsWritten: Bool { true }

    /// Hands the bytes to the event loop, after waiting while too many are on their way.
    public func write(_ bytes: UnsafeRawBufferPointer) throws { try write([bytes]) }

    /// The same, in pieces that do not end with a part.
    public func write(_ parts: [UnsafeRawBufferPointer]) throws {
        var cursor = PartCursor(parts)
        let piece = TransportLimits.writeSize
        while cursor.left > 0 {
            let count = cursor.left <= piece + TransportLimits.writeSlack ? cursor.left : piece
            var buffer =
                try state.reserve(count, peer)
                ?? channel.allocator.buffer(
                    capacity: count < piece / 4 ? count : piece + TransportLimits.writeSlack)
            buffer.clear()
            for part in cursor.next(count) { buffer.writeBytes(part) }
            let promise = channel.eventLoop.makePromise(of: Void.self)
            // A failure is told by the channel itself.
            promise.futureResult.whenComplete { [state, buffer] _ in state.left(count, buffer) }
            channel.writeAndFlush(buffer, promise: promise)
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
