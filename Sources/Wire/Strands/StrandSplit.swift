internal import Files
internal import Model
internal import Storage
internal import Synchronization
internal import Workers

/// Deals what is written out to several strands: each takes the next block as soon as the one before has left it.
///
/// So a strand that is slow carries less. One thread writes; the order is in the blocks' numbers. Where strands tell what
/// is lost on the way, as many of them carry blocks as bring the most (``StrandTuning``).
final class StrandSplit: Sendable {
    private struct State {
        var waiting: [StrandBlock] = []
        var number: UInt64 = 0
        var bytes: UInt64 = 0
        /// Those that have not ended, and all that there ever were.
        var strands = 0
        var streams: [any ByteStream] = []
        var tuning = StrandTuning()
        var isFinished = false
        var failure: (any Error)?
        var free: [IOBuffer] = []
    }

    private let state = Monitor(State())
    private let clock: any StoreClock
    /// When it was last judged how many strands carry blocks, and what had left by then; the writing thread's.
    private let judged = Mutex((at: Duration.zero, sent: UInt64(0), resent: UInt64(0)))

    /// So many blocks wait for each strand at most.
    private static let ahead = 2
    private static let interval = Duration.seconds(1)

    /// One that judges its strands by `clock`.
    init(clock: any StoreClock) { self.clock = clock }

    /// Has `strand` carry blocks too.
    ///
    /// - Throws: `limit` where there is no thread to write them.
    func add(_ strand: any ByteStream) throws {
        let index = state.change { state in
            state.strands += 1
            state.streams.append(strand)
            return state.streams.count - 1
        }
        do {
            try Companion.start { self.give(to: strand, index) }.leave()
        } catch {
            state.change { $0.strands -= 1 }
            throw error
        }
    }

    /// Puts the concatenation of `parts` on its way, waiting for room as need be.
    func write(_ parts: [UnsafeRawBufferPointer]) throws {
        var cursor = PartCursor(parts)
        while cursor.left > 0 {
            let (number, buffer) = try room()
            var count = 0
            for piece in cursor.next(WireLimits.blockMax) {
                UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[(StrandBlock.headerSize + count)...])
                    .copyMemory(from: piece)
                count += piece.count
            }
            let block = StrandBlock(number: number, count: count, buffer: buffer)
            block.seal()
            state.change { state in
                state.waiting.append(block)
                state.bytes += UInt64(count)
            }
        }
        judge()
    }

    /// Judges once in a while how many strands carry blocks.
    private func judge() {
        let now = clock.now()
        judged.withLock { judged in
            guard now - judged.at >= Self.interval else { return }
            let (streams, sent) = state.read { ($0.streams, $0.bytes) }
            let known = streams.compactMap { $0.condition() }
            let resent = known.reduce(UInt64(0)) { $0.addingReportingOverflow($1.resent).partialValue }
            let seconds = (now - judged.at) / .seconds(1)
            let isFirst = judged.at == .zero
            let (more, again) = (sent &- judged.sent, resent > judged.resent ? resent - judged.resent : 0)
            judged = (now, sent, resent)
            guard !isFirst, streams.count > 1, known.count == streams.count else { return }
            state.change { state in
                let busy = known.prefix(state.tuning.active)
                state.tuning.judge(
                    sent: more, resent: again, roundTrip: busy.reduce(0) { $0 + $1.roundTrip } / Double(busy.count),
                    seconds: seconds, of: state.strands)
            }
        }
    }

    private func room() throws -> (UInt64, IOBuffer) {
        try state.wait { state -> (UInt64, IOBuffer)? in
            if let failure = state.failure { throw failure }
            guard state.waiting.count < Self.ahead * max(1, min(state.strands, state.tuning.active)) else { return nil }
            defer { state.number += 1 }
            return (state.number, state.free.popLast() ?? StrandBlock.newBuffer())
        }
    }

    /// Says that no more is written, and waits until all has left.
    func finish() {
        state.change { $0.isFinished = true }
        state.wait { $0.strands == 0 || $0.failure != nil ? () : nil }
    }

    /// Ends all with `error`; the first stays.
    func fail(_ error: any Error) { state.change { if $0.failure == nil { $0.failure = error } } }

    private func give(to strand: any ByteStream, _ index: Int) {
        defer { state.change { $0.strands -= 1 } }
        do {
            while let block = try next(index) {
                try strand.write(block.whole)
                state.read { $0.free.append(block.buffer) }
            }
            let last = StrandBlock(number: state.read { $0.number }, count: 0, buffer: StrandBlock.newBuffer())
            last.seal()
            try strand.write(last.whole)
            strand.finishWriting()
        } catch {
            fail(error)
        }
    }

    private func next(_ index: Int) throws -> StrandBlock? {
        try state.wait { state -> StrandBlock?? in
            if let failure = state.failure { throw failure }
            guard !state.waiting.isEmpty else { return state.isFinished ? .some(nil) : nil }
            guard index < state.tuning.active else { return nil }
            return .some(state.waiting.removeFirst())
        }
    }
}
