internal import Model
public import Wire
internal import Workers

/// One end of a simulated link: what is written passes the faults on its way to the other end.
///
/// The faults stand at offsets, so that the same seed makes the same link again.
public final class SimulatedStream: ByteStream {
    private struct State {
        var offset = 0
        var seed: Seed
    }

    private let base: any ByteStream
    private let faults: LinkFaults
    private let state: Monitor<State>
    private let line: DelayLine?

    /// What the other end is called.
    public var peer: String { base.peer }

    private init(_ base: any ByteStream, _ faults: LinkFaults, _ seed: Seed) {
        self.base = base
        self.faults = faults
        state = Monitor(State(seed: seed))
        let needsLine = faults.delay > .zero || faults.rate != nil
        line = needsLine ? DelayLine(base, delay: faults.delay, rate: faults.rate) : nil
    }

    /// The two ends of a link, with the faults of what each of them writes.
    public static func pair(
        _ seed: inout Seed, first: LinkFaults = LinkFaults(), second: LinkFaults = LinkFaults(),
        capacity: Int = 256 << 10
    ) -> (first: any ByteStream, second: any ByteStream) {
        let ends = InProcessStream.pair(capacity: capacity)
        return (
            SimulatedStream(ends.first, first, Seed(seed.next())),
            SimulatedStream(ends.second, second, Seed(seed.next()))
        )
    }

    /// Reads; a choppy link gives a few bytes at a time.
    public func read(into buffer: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int? {
        guard faults.isChoppy, buffer.count > 1 else { return try base.read(into: buffer, for: limit) }
        let count = state.change { Int.random(in: 1...min(buffer.count, 700), using: &$0.seed) }
        return try base.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), for: limit)
    }

    /// Writes what the faults leave of `bytes`.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let (offset, count) = state.change { state -> (Int, Int) in
                let count = min(nextChange(after: state.offset) - state.offset, rest.count)
                let piece = faults.isChoppy ? Int.random(in: 1...count, using: &state.seed) : count
                defer { state.offset += piece }
                return (state.offset, piece)
            }
            try pass(Array(rest.prefix(count)), at: offset)
            rest = rest.dropFirst(count)
        }
    }

    /// The end after what was written.
    public func finishWriting() { if let line { line.finish() } else { base.finishWriting() } }

    /// Both directions end.
    public func close() {
        line?.close()
        base.close()
    }

    /// Where the next byte is that is treated otherwise than the one before it.
    private func nextChange(after offset: Int) -> Int {
        let corners = [
            faults.cutAfter, faults.corruptAt, faults.corruptAt.map { $0 + 1 }, faults.silentAfter,
            faults.lost?.lowerBound, faults.lost?.upperBound, faults.repeated?.lowerBound, faults.repeated?.upperBound,
        ]
        return corners.compactMap { $0 }.filter { $0 > offset }.min() ?? .max
    }

    private func pass(_ bytes: [UInt8], at offset: Int) throws {
        if let cut = faults.cutAfter, offset >= cut {
            close()
            throw PerigeeError(.io, "the link was cut", at: peer, canRetry: true)
        }
        if let silence = faults.silentAfter, offset >= silence { return }
        if let lost = faults.lost, lost.contains(offset) { return }
        try deliver(offset == faults.corruptAt ? bytes.map { $0 ^ 0x21 } : bytes)
        if let repeated = faults.repeated, offset + bytes.count == repeated.upperBound, repeated.contains(offset) {
            try deliver(bytes)
        }
    }

    private func deliver(_ bytes: [UInt8]) throws {
        if let line { return try line.put(bytes) }
        try bytes.withUnsafeBytes { try base.write($0) }
    }
}
