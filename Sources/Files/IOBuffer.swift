internal import Synchronization

/// Memory for input and output: page-aligned, made once and used again and again.
///
/// Sendable by hand: it is plain memory; whoever holds it hands it over whole and does not touch it afterwards.
public final class IOBuffer: @unchecked Sendable {
    /// The memory; valid as long as this lives.
    public let bytes: UnsafeMutableRawBufferPointer

    /// `count` bytes of memory, not yet set to anything.
    public init(count: Int) { bytes = .allocate(byteCount: count, alignment: 4096) }

    deinit { bytes.deallocate() }
}

/// Buffers of one size that threads borrow and give back.
public final class IOBufferPool: Sendable {
    /// The size of each buffer.
    public let bufferSize: Int
    private let free = Mutex<[IOBuffer]>([])

    /// A pool that is empty at first and makes buffers as they are asked for.
    public init(bufferSize: Int) { self.bufferSize = bufferSize }

    /// Runs `body` with a buffer that nobody else has.
    public func withBuffer<Result, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let buffer = free.withLock { $0.popLast() } ?? IOBuffer(count: bufferSize)
        defer { free.withLock { $0.append(buffer) } }
        return try body(buffer.bytes)
    }
}
