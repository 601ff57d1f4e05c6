internal import Files
internal import Model
internal import Workers

/// Puts together what comes by several strands, in the order in which it was written.
///
/// A thread for each strand takes its blocks, and waits where too much is ahead of what is missing; the one that has what is
/// missing never does. One thread reads.
final class StrandMerge: Sendable {
    private struct State {
        var blocks: [UInt64: StrandBlock] = [:]
        var held = 0
        /// How much may be held ahead of what is missing: what each merge may, and what was taken of the budget.
        var room = WireLimits.strandsHeldInitial
        var next: UInt64 = 0
        /// Whether what comes is read: before, no more is held than each may.
        var isRead = false
        /// What is being read, and how much of it was.
        var current: (block: StrandBlock, offset: Int)?
        /// How many blocks there are in all, once that is known.
        var total: UInt64?
        var free: [IOBuffer] = []
        var failure: (any Error)?
        var isClosed = false
    }

    private let peer: String
    private let budget: WireBudget
    private let state = Monitor(State())

    /// How often a thread that waits for a strand looks whether anybody still reads.
    private static let patience = Duration.seconds(5)
    /// So many buffers are kept for what comes next where nothing is held.
    private static let freeMax = 8

    /// A merge of what comes from `peer`, which holds what `budget` gives it beyond ``WireLimits/strandsHeldInitial``.
    init(from peer: String, budget: WireBudget) { (self.peer, self.budget) = (peer, budget) }

    /// Takes what comes by `strand` too; `before` was read of it already.
    ///
    /// - Throws: `limit` where there is no thread to take it.
    func add(_ strand: any ByteStream, after before: [UInt8] = []) throws {
        try Companion.start { self.take(from: strand, after: before) }.leave()
    }

    /// The same for the last of them, from which on what comes is read.
    func begin(with base: any ByteStream, after before: [UInt8]) throws {
        state.change { $0.isRead = true }
        try add(base, after: before)
    }

    /// What comes next, after waiting for it; 0 at the end, nil where nothing came in time.
    func read(into target: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int? {
        try state.wait(for: limit) { state -> Int? in
            if state.isClosed { throw streamClosed(peer) }
            if state.current == nil, let block = state.blocks.removeValue(forKey: state.next) {
                state.next += 1
                state.held -= block.weight
                state.current = (block, 0)
            }
            guard let (block, offset) = state.current else {
                if state.next == state.total { return 0 }
                if let failure = state.failure { throw failure }
                return nil
            }
            let count = min(target.count, block.count - offset)
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: block.bytes[offset..<(offset + count)]))
            let isOver = offset + count == block.count
            state.current = isOver ? nil : (block, offset + count)
            if isOver { state.free.append(block.buffer) }
            if state.held == 0, state.room > WireLimits.strandsHeldInitial { giveBack(&state) }
            return count
        }
    }

    /// Nobody reads any more.
    func close() {
        state.change { state in
            giveBack(&state)
            state.isClosed = true
            (state.blocks, state.current, state.free) = ([:], nil, [])
        }
    }

    private func take(from strand: any ByteStream, after before: [UInt8]) {
        do {
            var input = Input(strand: strand, before: before[...], peer: peer)
            while true {
                let buffer = state.read { $0.free.popLast() } ?? StrandBlock.newBuffer()
                let header = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<StrandBlock.headerSize])
                guard try input.fill(header, isOver: isOver) else { return }
                let (number, count) = try StrandBlock.read(buffer, from: peer)
                guard count > 0 else { return try end(number) }
                let range = StrandBlock.headerSize..<(StrandBlock.headerSize + count)
                let body = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[range])
                guard try input.fill(body, isOver: isOver) else { return }
                try put(StrandBlock(number: number, count: count, buffer: buffer))
            }
        } catch {
            state.change { if $0.failure == nil { $0.failure = error } }
        }
    }

    private func isOver() -> Bool { state.read { $0.isClosed || $0.failure != nil } }

    private func put(_ block: StrandBlock) throws {
        try state.wait { state -> Void? in
            if state.isClosed { throw streamClosed(peer) }
            if let failure = state.failure { throw failure }
            guard block.number >= state.next, state.blocks[block.number] == nil, block.number < state.total ?? .max
            else {
                throw WireFault.outOfTurn("a block of a strand came twice, or behind the last", peer)
            }
            guard block.number == state.next || widen(&state, to: state.held + block.weight) else { return nil }
            state.blocks[block.number] = block
            state.held += block.weight
            return ()
        }
    }

    /// Whether so many bytes may be held, with more of the budget where it takes that.
    private func widen(_ state: inout State, to bytes: Int) -> Bool {
        while state.room < bytes {
            let more = min(state.room, WireLimits.strandsHeldMax - state.room)
            guard more > 0, state.isRead, budget.take(more) else { return false }
            state.room += more
        }
        return true
    }

    private func giveBack(_ state: inout State) {
        budget.give(state.room - WireLimits.strandsHeldInitial)
        state.room = WireLimits.strandsHeldInitial
        state.free.removeLast(max(0, state.free.count - Self.freeMax))
    }

    /// A strand has ended in order; each tells how many blocks all have carried.
    private func end(_ total: UInt64) throws {
        try state.change { state in
            guard state.total ?? total == total, state.blocks.keys.allSatisfy({ $0 < total }), state.next <= total
            else {
                throw WireFault.outOfTurn("strands that do not end alike", peer)
            }
            state.total = total
        }
    }

    /// Bytes of a strand, exactly so many.
    private struct Input {
        let strand: any ByteStream
        var before: ArraySlice<UInt8>
        let peer: String

        /// - Returns: false where nobody reads any more.
        mutating func fill(_ target: UnsafeMutableRawBufferPointer, isOver: () -> Bool) throws -> Bool {
            var rest = target
            if !before.isEmpty {
                let count = min(before.count, rest.count)
                rest.copyBytes(from: before.prefix(count))
                before = before.dropFirst(count)
                rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
            }
            while !rest.isEmpty {
                guard let count = try strand.fill(rest, for: StrandMerge.patience) else {
                    if isOver() { return false }
                    continue
                }
                guard count > 0 else { throw WireFault.cut("a strand of the connection was cut", peer) }
                rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
            }
            return true
        }
    }
}
