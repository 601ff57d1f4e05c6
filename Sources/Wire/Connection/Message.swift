internal import Files

/// One message of a channel: a kind, which the service gives a meaning, and bytes.
///
/// Immutable. Its memory goes back to the connection when the last holder drops it, so keep what is needed of it and not
/// the message: what is held is not counted against the channel's credit any more.
public final class Message: Sendable {
    /// What the service calls such a message.
    public let kind: UInt8
    /// How many bytes it has.
    public let count: Int
    private let buffer: IOBuffer?
    private let pool: PayloadPool

    /// Takes over a buffer whose first `count` bytes are the payload.
    init(kind: UInt8, count: Int, buffer: IOBuffer?, pool: PayloadPool) {
        self.kind = kind
        self.count = count
        self.buffer = buffer
        self.pool = pool
    }

    deinit {
        if let buffer { pool.giveBack(buffer) }
    }

    /// Runs `body` with the bytes, which are valid during the call.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let buffer else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        return try withExtendedLifetime(self) { () throws(Failure) -> Result in
            try body(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]))
        }
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] { withBytes { Array($0) } }
}
