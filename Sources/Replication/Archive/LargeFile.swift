internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// A file that several workers read at once: cut in turns, hashed and sealed side by side, listed in order.
///
/// Cutting must go from front to back, since a cut depends on the one before it, but it is an order of magnitude faster
/// than the work that follows. So one worker at a time reads the next stretch and cuts it, and takes the chunks that are
/// certain away with it; the next worker begins at the last of these cuts.
final class LargeFile: Sendable {
    /// How many bytes one turn reads; more where chunks can be longer than half of it.
    static let stretch = 2 << 20
    /// How many finished stretches may wait for an earlier one before readers pause.
    static let aheadMax = 256

    private struct State {
        var nextOffset: UInt64 = 0
        var nextStretch = 0
        var isCutting = false
        var isAtEnd = false
        var outstanding = 0
        var ready: [Int: [ChunkReference]] = [:]
        var nextReady = 0
        var failure: (any Error)?
    }

    private let state = Monitor(State())
    /// The file, open.
    let reader: any ReadableFile
    /// When it was opened.
    let openedAt: Timestamp

    /// A large file that `reader` has had open since `openedAt`.
    init(_ reader: any ReadableFile, openedAt: Timestamp) {
        self.reader = reader
        self.openedAt = openedAt
    }

    /// The bytes of data, holes left out.
    private var end: UInt64 { reader.dataSize }

    /// Works on the file until nothing is left to begin; others may still be busy with it then.
    ///
    /// What cannot be read ends the file alone, and ``take()`` tells; what cannot be stored ends the run.
    ///
    /// - Throws: what storing threw, or that `stop` was raised; all that work on the file then stop.
    func help(_ worker: ArchiveWorker, _ stop: StopFlag) throws {
        while let (stretch, lengths, bytes) = cutNext(worker) {
            do {
                try stop.check()
                let references = try worker.store(bytes, lengths)
                state.change { state in
                    state.ready[stretch] = references
                    state.outstanding -= 1
                }
            } catch {
                fail(error)
                throw error
            }
        }
    }

    /// Whether all of the file is in some worker's hands, or it was given up.
    var isGivenOut: Bool { state.read { $0.isAtEnd || $0.failure != nil } }

    /// Ends the file with `error` for all.
    func fail(_ error: any Error) {
        state.change { if $0.failure == nil { $0.failure = error } }
    }

    /// The chunks of the next stretch in order, after waiting for it; nil after the last.
    func take() throws -> [ChunkReference]? {
        try state.wait { state -> [ChunkReference]?? in
            if let failure = state.failure { throw failure }
            if let next = state.ready.removeValue(forKey: state.nextReady) {
                state.nextReady += 1
                return .some(next)
            }
            return state.isAtEnd && state.outstanding == 0 ? .some(nil) : nil
        }
    }

    /// Takes the turn to cut, reads the next stretch into the worker's buffer, cuts it and gives the turn on.
    private func cutNext(
        _ worker: ArchiveWorker
    ) -> (stretch: Int, lengths: [Int], bytes: UnsafeRawBufferPointer)? {
        let turn: (offset: UInt64, stretch: Int)? = state.wait { state -> (offset: UInt64, stretch: Int)?? in
            if state.isAtEnd || state.failure != nil { return .some(nil) }
            guard !state.isCutting, state.nextStretch - state.nextReady < Self.aheadMax else { return nil }
            state.isCutting = true
            state.outstanding += 1
            return .some((state.nextOffset, state.nextStretch))
        }
        guard let turn else { return nil }
        do {
            let wanted = Int(min(UInt64(worker.stretch), end - turn.offset))
            let bytes = try worker.read(reader, at: turn.offset, count: wanted)
            let isLast = turn.offset + UInt64(wanted) == end
            let (lengths, consumed) = worker.cut(bytes, isLast: isLast)
            state.change { state in
                state.nextOffset += UInt64(consumed)
                state.nextStretch += 1
                state.isAtEnd = isLast
                state.isCutting = false
            }
            return (turn.stretch, lengths, UnsafeRawBufferPointer(rebasing: bytes[..<consumed]))
        } catch {
            fail(error)
            return nil
        }
    }
}
