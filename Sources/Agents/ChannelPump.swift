internal import Files
internal import Model
internal import Wire
internal import Workers

/// Passes bytes on between a channel and a stream, both ways, until both have ended.
final class ChannelPump: Sendable {
    private let channel: Channel
    private let stream: any ByteStream
    private let bytesMax: UInt64
    private let state = Monitor(State())

    private struct State {
        var moved: UInt64 = 0
        var failure: (any Error)?
    }

    /// Bytes that are passed on at once.
    private static let partSize = 256 << 10
    /// How long nothing may come from the stream before it is looked whether it is still wanted.
    private static let interval = Duration.seconds(60)

    /// A pump between `channel` and `stream` for at most `bytesMax` bytes, both ways together.
    init(_ channel: Channel, _ stream: any ByteStream, bytesMax: UInt64 = .max) {
        (self.channel, self.stream, self.bytesMax) = (channel, stream, bytesMax)
    }

    /// Why it ended, if not in order.
    var failure: (any Error)? { state.read { $0.failure } }

    /// Passes on until both have ended.
    ///
    /// - Throws: what one of them failed with; the other has then been ended too.
    func run() throws {
        let back = Companion { self.attempt { try self.bringBack() } }
        attempt { try bringThere() }
        back.join()
        stream.close()
        if let failure { throw failure }
    }

    private func bringThere() throws {
        while let message = try channel.receive() {
            try count(message.count)
            try message.withBytes { try stream.write($0) }
        }
        stream.finishWriting()
    }

    private func bringBack() throws {
        let buffer = IOBuffer(count: Self.partSize)
        while true {
            guard let got = try stream.read(into: buffer.bytes, for: Self.interval) else { continue }
            if got == 0 { return channel.finish() }
            try count(got)
            try channel.send(1, [UnsafeRawBufferPointer(rebasing: buffer.bytes[..<got])])
        }
    }

    private func count(_ count: Int) throws {
        let isWithin = state.change { state in
            state.moved += UInt64(count)
            return state.moved <= bytesMax
        }
        guard !isWithin else { return }
        throw PerigeeError(
            .limit, "more than \(bytesMax) bytes are not passed on for one connection",
            remedy: "run the same command again: it goes on where it stopped", canRetry: true)
    }

    /// Runs `body`; where it fails, both sides end.
    private func attempt(_ body: () throws -> Void) {
        do { try body() } catch {
            state.change { if $0.failure == nil { $0.failure = error } }
            channel.reset(error)
            stream.close()
        }
    }
}
