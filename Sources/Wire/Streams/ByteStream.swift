public import Model

/// Bytes that go both ways between two ends, in order: a pipe pair, a socket, a TLS session, memory.
///
/// The narrow waist of the wire: all that a ``Connection`` knows of how the other side is reached. Every call blocks. One
/// thread reads and one writes at a time; ``close()`` may be called from any. A stream promises order, not integrity:
/// frames carry checksums. Errors are ``Model/PerigeeError``.
public protocol ByteStream: Sendable {
    /// What to call the other side in messages: a host, a command, without secrets.
    var peer: String { get }

    /// Reads what there is, at least a byte, into `buffer` after waiting for it for at most `limit`.
    ///
    /// - Returns: how many bytes were read; 0 at the end; nil where none came in time.
    /// - Throws: where the stream broke, and after ``close()``.
    func read(into buffer: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int?

    /// Reads until `buffer` is full, or `limit` has passed, or the stream ends.
    ///
    /// A stream that another thread feeds wakes whoever reads once, not for each piece that comes. One that does not may give
    /// what there is, as ``read(into:for:)`` does.
    ///
    /// - Returns: how many bytes were read; 0 at the end; nil where none came in time.
    /// - Throws: where the stream broke, and after ``close()``.
    func fill(_ buffer: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int?

    /// Whether what is written is kept for another thread to send, so that a writer goes on before it has left.
    var keepsWritten: Bool { get }

    /// Writes all of `bytes`; returns when the stream has taken them over, which may be before the other side reads them.
    ///
    /// - Throws: where the stream broke, and after ``close()``.
    func write(_ bytes: UnsafeRawBufferPointer) throws

    /// Writes the concatenation of `parts`, as ``write(_:)`` does.
    func write(_ parts: [UnsafeRawBufferPointer]) throws

    /// Says that no more will be written: the other side reads the end after what was written. Without effect where the
    /// stream was closed or finished before.
    func finishWriting()

    /// Ends both directions and wakes who reads or writes; what it holds is given back. May be called again.
    func close()

    /// As ``close()``, for whoever has finished writing and expects nothing more: what was written may still leave.
    func leave()

    /// Holds no more from here on than one of several streams that carry a connection needs to: what is with one that is slow holds
    /// up what is behind it on all others.
    func lighten()

    /// How the system finds the way; nil where it does not tell.
    func condition() -> StreamCondition?

    /// Why the stream ended, as far as it knows more than that it ended: the last words of a child, its exit status.
    ///
    /// Asked for after the end, to explain it; may wait for a second.
    func explanation() -> PerigeeError?
}

extension ByteStream {
    /// Gives what there is.
    public func fill(_ buffer: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int? {
        try read(into: buffer, for: limit)
    }

    /// Nothing is kept: a write ends when the bytes have left this process.
    public var keepsWritten: Bool { false }

    /// Writes one part after the other.
    public func write(_ parts: [UnsafeRawBufferPointer]) throws {
        for part in parts where !part.isEmpty { try write(part) }
    }

    /// What was written is out of this process's hands already.
    public func leave() { close() }

    /// It holds what it holds.
    public func lighten() {}

    /// That is not known.
    public func condition() -> StreamCondition? { nil }

    /// Nothing more is known.
    public func explanation() -> PerigeeError? { nil }
}

/// How the system finds the way of a stream.
public struct StreamCondition: Sendable {
    /// Bytes that were lost on the way and sent again so far.
    public var resent: UInt64
    /// How long a byte takes there and word of it back, lately; in seconds.
    public var roundTrip: Double

    /// So many bytes, and so long a way.
    public init(resent: UInt64, roundTrip: Double) { (self.resent, self.roundTrip) = (resent, roundTrip) }
}
