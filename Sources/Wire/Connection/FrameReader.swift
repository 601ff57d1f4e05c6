internal import Files
internal import Hashing
internal import Model

/// Takes frames out of a stream of bytes.
///
/// For the reading thread.
final class FrameReader {
    private var stream: any ByteStream
    private let pool: PayloadPool
    private let watch: SilenceWatch
    private let buffer = IOBuffer(count: WireLimits.readSize)
    private var start = 0
    private var end = 0
    private var number: UInt64 = 0
    private var wasLong = false

    /// What is read for a header where the frame before was long: then more would only be copied once more.
    private static var shortReadSize: Int { 4 << 10 }

    /// A reader of what follows the hello.
    init(_ stream: any ByteStream, pool: PayloadPool, watch: SilenceWatch) {
        self.stream = stream
        self.pool = pool
        self.watch = watch
    }

    /// The next frame and its payload; nil where the stream ends between two frames.
    func next() throws -> (header: FrameHeader, payload: Message)? {
        guard try fill(FrameHeader.size) else { return nil }
        let header = try FrameHeader(
            UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<start + FrameHeader.size]), number: number,
            peer: stream.peer)
        start += FrameHeader.size
        try checkLength(header)
        number += 1
        wasLong = header.length >= WireLimits.directMin
        guard header.length > 0 else {
            guard header.payloadChecksum == 0 else { throw wrongPayload() }
            return (header, Message(kind: header.messageKind, count: 0, buffer: nil, pool: pool))
        }
        let payload = pool.take(header.length)
        // From here on the message gives the buffer back, whatever happens.
        let message = Message(kind: header.messageKind, count: header.length, buffer: payload, pool: pool)
        try read(into: UnsafeMutableRawBufferPointer(rebasing: payload.bytes[..<header.length]))
        var checksum = Crc32c()
        message.withBytes { checksum.update($0) }
        guard checksum.value == header.payloadChecksum else { throw wrongPayload() }
        return (header, message)
    }

    /// Goes on with what comes by the strands of `bundle`, which gets what was read of the stream behind the last frame.
    func goOn(by bundle: StrandBundle) throws {
        try bundle.beginReading(after: Array(buffer.bytes[start..<end]))
        (start, end) = (0, 0)
        stream = bundle
    }

    /// Only messages may be long.
    private func checkLength(_ header: FrameHeader) throws {
        let most =
            switch header.kind {
            case .message: WireLimits.messageMax
            case .open: 2 + WireLimits.serviceMax + WireLimits.openingMax
            case .reset: ErrorCoding.sizeMax
            case .credit: 4
            case .finish, .ping, .pong, .goodbye, .strands: 0
            }
        guard header.length <= most else {
            throw WireFault.tooMuch(
                "a frame of kind \(header.kind.rawValue) of \(header.length) bytes, more than \(most)", stream.peer)
        }
    }

    private func wrongPayload() -> PerigeeError {
        WireFault.damaged("the payload of frame \(number) has a wrong checksum", stream.peer)
    }

    /// Sees to it that `count` bytes lie in the buffer; false where the stream ends before the first of them.
    private func fill(_ count: Int) throws -> Bool {
        if end - start < count, start > 0 {
            let rest = UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<end])
            if !rest.isEmpty { buffer.bytes.baseAddress?.copyMemory(from: rest.baseAddress!, byteCount: rest.count) }
            (start, end) = (0, rest.count)
        }
        while end - start < count {
            let most = wasLong && count <= FrameHeader.size ? start + Self.shortReadSize : buffer.bytes.count
            let got = try watch.read(stream, into: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[end..<most]))
            if got == 0 {
                guard end == start else { throw WireFault.cut("the connection ended within a frame", stream.peer) }
                return false
            }
            end += got
        }
        return true
    }

    /// Fills `target` with what lies in the buffer, and then straight from the stream.
    private func read(into target: UnsafeMutableRawBufferPointer) throws {
        let ready = min(end - start, target.count)
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<start + ready]))
        start += ready
        var rest = target[ready...]
        while !rest.isEmpty {
            // Small rests by way of the buffer, so that one read also brings the frames behind them.
            if rest.count < WireLimits.readSize / 8 {
                guard try fill(rest.count) else { break }
                UnsafeMutableRawBufferPointer(rebasing: rest)
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<start + rest.count]))
                start += rest.count
                return
            }
            let got = try watch.fill(stream, UnsafeMutableRawBufferPointer(rebasing: rest))
            if got == 0 { break }
            rest = rest.dropFirst(got)
        }
        guard rest.isEmpty else { throw WireFault.cut("the connection ended within a frame", stream.peer) }
    }
}
