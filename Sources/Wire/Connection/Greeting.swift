internal import Model
internal import Storage

/// The exchange of hellos at the beginning of a stream.
struct Greeting {
    private let stream: any ByteStream
    private let options: WireOptions
    private let watch: SilenceWatch

    init(_ stream: any ByteStream, options: WireOptions, watch: SilenceWatch) {
        self.stream = stream
        self.options = options
        self.watch = watch
    }

    /// Sends `ours`.
    func send(_ ours: Hello) throws {
        try explaining { try ours.encoded().withUnsafeBytes { try watch.write(stream, [$0]) } }
    }

    /// The other side's, after waiting for it and checking that the two can speak.
    func receive(_ ours: Hello) throws -> Hello {
        try explaining {
            let end = options.clock.now() + options.helloWait
            var whole = try read(Hello.prefixSize, until: end)
            if !whole.starts(with: Hello.magic) { whole += try moreWords() }
            let rest = try Hello.bodyLength(whole, from: stream.peer) + 4
            whole += try read(rest, until: end)
            let theirs = try Hello(whole, from: stream.peer)
            _ = try ours.agreed(with: theirs, peer: stream.peer)
            return theirs
        }
    }

    private func explaining<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as PerigeeError {
            // A child that ended says more than its silence.
            throw stream.explanation() ?? error
        }
    }

    /// `count` bytes, none more: what follows are frames.
    ///
    /// Ends early where the stream does, if it says something.
    private func read(_ count: Int, until end: Duration) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let left = end - options.clock.now()
            guard left > .zero else { throw silence() }
            let got = try bytes.withUnsafeMutableBytes { target in
                try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: target[filled...]), for: left)
            }
            guard let got else { throw silence() }
            if got == 0 {
                guard filled > 0, count == Hello.prefixSize else { throw ended() }
                // Less than a hello, but perhaps words.
                return Array(bytes[..<filled]) + Array(repeating: 10, count: count - filled)
            }
            watch.received(got)
            filled += got
        }
        return bytes
    }

    /// What else comes at once from a side that does not begin with a hello, for the message.
    private func moreWords() throws -> [UInt8] {
        var words: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 256)
        while words.count < 256 {
            let got = try buffer.withUnsafeMutableBytes { try stream.read(into: $0, for: .milliseconds(200)) }
            guard let got, got > 0 else { break }
            words += buffer[..<got]
        }
        return words
    }

    private func silence() -> PerigeeError {
        PerigeeError(
            .io, "the other side said nothing for \(options.helloWait.words)", at: stream.peer,
            remedy: "check that a perigee agent answers there", canRetry: true)
    }

    private func ended() -> PerigeeError {
        PerigeeError(
            .io, "the other side ended before it said who it is", at: stream.peer,
            remedy: "check that perigee is installed there and can start", canRetry: true)
    }
}
