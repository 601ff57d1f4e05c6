import Model
import Synchronization
import Wire

/// A stream that is cut once so many bytes have come or gone.
final class CutStream: ByteStream {
    private let stream: any ByteStream
    private let left: Mutex<Int>
    private let settled: @Sendable () -> Void

    /// `stream`, cut after `bytes`, once `settled` returns.
    init(_ stream: any ByteStream, after bytes: Int, settled: @escaping @Sendable () -> Void = {}) {
        self.stream = stream
        self.settled = settled
        left = Mutex(bytes)
    }

    var peer: String { stream.peer }

    private func pass(_ count: Int) throws {
        let isOver = left.withLock { left in
            left -= count
            return left < 0
        }
        guard isOver else { return }
        settled()
        stream.close()
        throw PerigeeError(.io, "the line was cut", at: peer, canRetry: true)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int? {
        let count = try stream.read(into: buffer, for: limit)
        try pass(count ?? 0)
        return count
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        try pass(bytes.count)
        try stream.write(bytes)
    }

    func finishWriting() { stream.finishWriting() }

    func close() { stream.close() }
}
