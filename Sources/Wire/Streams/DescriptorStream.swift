internal import Files
internal import Model
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A stream over descriptors of the system: two pipes, a socket, the process's own standard input and output.
///
/// The descriptors are set not to block, so that closing can wake who waits, and are closed when the last call that uses
/// them has returned. SIGPIPE must be ignored in the process; ``init(reading:writing:peer:)`` sees to it.
public final class DescriptorStream: ByteStream {
    /// What the other side is called.
    public let peer: String
    private let reading: StreamEnd
    private let writing: StreamEnd

    /// Takes over `reading` and `writing`, which may be the same socket.
    public init(reading: Int32, writing: Int32, peer: String) {
        self.peer = peer
        signal(SIGPIPE, SIG_IGN)
        for descriptor in Set([reading, writing]) {
            let flags = fcntl(descriptor, F_GETFL)
            if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
            StreamEnd.widen(descriptor)
        }
        self.reading = StreamEnd(reading)
        // Each end closes its own number, so a socket gets a second one.
        self.writing = StreamEnd(reading == writing ? fcntl(writing, F_DUPFD_CLOEXEC, 3) : writing)
    }

    deinit { close() }

    /// Reads what there is.
    public func read(into buffer: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int? {
        let place = peer
        return try reading.use(at: place) { end in
            while true {
                let got = systemRead(end.descriptor, buffer.baseAddress, buffer.count)
                if got >= 0 { return got }
                switch errno {
                case EINTR: continue
                case EAGAIN: if try !end.wait(for: Int16(POLLIN), limit, place) { return nil }
                case ECONNRESET: throw WireFault.cut("the connection was reset by the other side", place)
                case let number: throw posixError(number, "cannot read from the other side", place)
                }
            }
        }
    }

    /// Writes, waiting until the system has taken all.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        let place = peer
        try writing.use(at: place) { end in
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let put = systemWrite(end.descriptor, part.baseAddress, part.count)
                if put >= 0 {
                    rest = rest.dropFirst(put)
                    continue
                }
                switch errno {
                case EINTR: continue
                case EAGAIN: _ = try end.wait(for: Int16(POLLOUT), .seconds(60), place)
                case EPIPE, ECONNRESET: throw WireFault.cut("the other side has closed the connection", place)
                case let number: throw posixError(number, "cannot write to the other side", place)
                }
            }
        }
    }

    /// Closes the writing end.
    public func finishWriting() { writing.close(isWriting: true) }

    /// Closes both ends.
    public func close() {
        writing.close(isWriting: true)
        reading.close(isWriting: false)
    }
}
