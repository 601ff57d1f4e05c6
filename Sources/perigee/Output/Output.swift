internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Standard output, buffered; used by one thread.
final class Output {
    private static let limit = 64 << 10

    private var buffer = [UInt8]()
    private var flushed = 0
    /// Whether writing has failed before.
    private(set) var isBroken = false
    /// Whether writing failed because nobody reads any more, as at the end of `perigee log | head`.
    private(set) var isReaderGone = false

    init() { buffer.reserveCapacity(Self.limit + 4096) }

    /// Writes `text` as it is.
    func write(_ text: String) throws { try write(bytes: text.utf8) }

    /// Writes `text` and ends the line.
    func line(_ text: String = "") throws {
        buffer.append(contentsOf: text.utf8)
        try write(bytes: CollectionOfOne(UInt8(ascii: "\n")))
    }

    /// Writes bytes.
    func write(bytes: some Collection<UInt8>) throws {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.limit { try flush() }
    }

    /// Hands all that was written to the system.
    ///
    /// - Throws: `io` or `noSpace`, with standard output as the place.
    func flush() throws {
        defer { buffer.removeAll(keepingCapacity: true) }
        try buffer.withUnsafeBytes { try writeThrough($0) }
    }

    /// Writes bytes past the buffer, which is flushed first; for what comes in large pieces.
    func writeDirectly(_ bytes: UnsafeRawBufferPointer) throws {
        try flush()
        try writeThrough(bytes)
    }

    /// Forgets what was not flushed; returns how much had been flushed before.
    func discard() -> Int {
        buffer.removeAll(keepingCapacity: true)
        return flushed
    }

    /// Writes the last words of a run; false where they cannot be written and somebody should be told elsewhere, which is
    /// not so where the reader has gone.
    func writeLast(_ text: String) -> Bool {
        do {
            try write(text)
            try flush()
            return true
        } catch {
            return isReaderGone
        }
    }

    private func writeThrough(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let count = Glibc.write(STDOUT_FILENO, start, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(errno)
            }
            flushed += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    private func failure(_ number: Int32) -> PerigeeError {
        isBroken = true
        isReaderGone = number == EPIPE
        return PerigeeError(
            number == ENOSPC ? .noSpace : .io, "writing failed: \(String(cString: strerror(number)))",
            at: "standard output", remedy: "run again with the output going where there is room")
    }
}
