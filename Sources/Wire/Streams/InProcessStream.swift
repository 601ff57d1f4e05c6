internal import Model
internal import Workers

/// One end of a stream inside the process: what one end writes the other reads, by way of a bounded buffer.
public final class InProcessStream: ByteStream {
    /// What the other side is called.
    public let peer: String
    private let incoming: BytePipe
    private let outgoing: BytePipe

    private init(peer: String, incoming: BytePipe, outgoing: BytePipe) {
        self.peer = peer
        self.incoming = incoming
        self.outgoing = outgoing
    }

    /// Two ends that are joined; each direction holds at most `capacity` bytes.
    ///
    /// The names are what each end calls the other.
    public static func pair(
        capacity: Int = 256 << 10, names: (first: String, second: String) = ("the second end", "the first end")
    ) -> (first: InProcessStream, second: InProcessStream) {
        let (there, back) = (BytePipe(capacity: capacity), BytePipe(capacity: capacity))
        return (
            InProcessStream(peer: names.first, incoming: back, outgoing: there),
            InProcessStream(peer: names.second, incoming: there, outgoing: back)
        )
    }

    /// Reads what the other end wrote.
    public func read(into buffer: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int? {
        try incoming.read(into: buffer, for: limit, place: peer)
    }

    /// Writes, after waiting for room.
    public func write(_ bytes: UnsafeRawBufferPointer) throws { try outgoing.write(bytes, place: peer) }

    /// The other end reads the end after what was written.
    public func finishWriting() { outgoing.finish() }

    /// The other end reads what is left, and cannot write.
    public func close() {
        outgoing.finish()
        incoming.close()
    }

    deinit { close() }
}
