/// Standard output for several threads, one at a time: held in a `Monitor`, it serves whoever has the lock.
///
/// Sendable by hand: the output inside is used by none but the holder of the lock, until the threads have ended.
struct LineSink: @unchecked Sendable {
    private let output: Output

    /// A way to `output`.
    init(_ output: Output) { self.output = output }

    /// Writes a line.
    func write(_ line: [UInt8]) throws {
        try output.write(bytes: line)
        try output.line()
    }
}
