public import Model
internal import Workers

/// A stream to the standard input and output of a child process.
///
/// What the child writes to its standard error goes line by line to whoever asked for it, and its last lines explain an end.
public final class ChildStream: ByteStream {
    /// What the other side is called.
    public let peer: String
    private let stream: DescriptorStream
    private let child: ChildProcess
    private let advice: @Sendable (_ status: Int32, _ lastLines: String) -> PerigeeError

    /// Starts `command`, whose first word is looked up in the PATH.
    ///
    /// - Parameters:
    ///   - onLine: told each line of the child's standard error, on a thread of its own.
    ///   - advice: makes an error of how the child ended: its exit status (128 and the signal's number for one that was
    ///     killed) and the last lines that it wrote to its standard error.
    public init(
        _ command: [String], peer: String, onLine: @escaping @Sendable (String) -> Void,
        advice: @escaping @Sendable (_ status: Int32, _ lastLines: String) -> PerigeeError
    ) throws {
        self.peer = peer
        self.advice = advice
        let (child, reading, writing) = try ChildProcess.start(command, onLine: onLine)
        self.child = child
        stream = DescriptorStream(reading: reading, writing: writing, peer: peer)
    }

    deinit { close() }

    /// Reads what the child wrote.
    public func read(into buffer: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int? {
        try stream.read(into: buffer, for: limit)
    }

    /// Writes to the child.
    public func write(_ bytes: UnsafeRawBufferPointer) throws { try stream.write(bytes) }

    /// The child reads the end.
    public func finishWriting() { stream.finishWriting() }

    /// Ends the child: by closing its input, and by signals if that does not help.
    public func close() {
        stream.close()
        child.end()
    }

    /// Ends the child as soon as it has had time to pass on what it was given.
    public func leave() {
        stream.close()
        child.end(after: ChildProcess.leaveWait)
    }

    /// How the child ended, if it has.
    public func explanation() -> PerigeeError? {
        guard let (status, lines) = child.outcome(within: .seconds(1)), status != 0 else { return nil }
        return advice(status, lines)
    }
}
