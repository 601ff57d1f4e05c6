internal import Files
internal import Model
internal import Workers

/// Deals what is written out to several strands: each takes the next block as soon as the one before has left it.
///
/// So a strand that is slow carries less. One thread writes; the order is in the blocks' numbers.
final class StrandSplit: Sendable {
    private struct State {
        var waiting: [StrandBlock] = []
        var number: UInt64 = 0
        var strands = 0
        var isFinished = false
        var failure: (any Error)?
        var free: [IOBuffer] = []
    }

    private let state = Monitor(State())

    /// So many blocks wait for each strand at most.
    private static let ahead = 2

    /// Has `strand` carry blocks too.
    ///
    /// - Throws: `limit` where there is no thread to write them.
    func add(_ strand: any ByteStream) throws {
        state.change { $0.strands += 1 }
        do {
            try Companion.start { self.give(to: strand) }.leave()
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
            state.change { $0.waiting.append(block) }
        }
    }

    private func room() throws -> (UInt64, IOBuffer) {
        try state.wait { state -> (UInt64, IOBuffer)? in
            if let failure = state.failure { throw failure }
            guard state.waiting.count < Self.ahead * max(1, state.strands) else { return nil }
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

    private func give(to strand: any ByteStream) {
        defer { state.change { $0.strands -= 1 } }
        do {
            while let block = try next() {
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

    private func next() throws -> StrandBlock? {
        try state.wait { state -> StrandBlock?? in
            if let failure = state.failure { throw failure }
            guard !state.waiting.isEmpty else { return state.isFinished ? .some(nil) : nil }
            return .some(state.waiting.removeFirst())
        }
    }
}
