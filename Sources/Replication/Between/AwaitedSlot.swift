internal import Vault
internal import Workers

/// The slot that whoever assembles waits for, so that it is failed also where no worker will ever see it: one that was not
/// put, or that nobody took any more.
final class AwaitedSlot: Sendable {
    private struct State {
        var slot: TransferSlot?
        var failure: (any Error)?
    }

    private let state = Monitor(State())

    /// The chunk lists of `slot`, after waiting for them.
    ///
    /// - Throws: what the slot or all was failed with.
    func lists(of slot: TransferSlot) throws -> [[ChunkReference]] {
        try state.read { state in
            if let failure = state.failure { throw failure }
            state.slot = slot
        }
        return try slot.wait()
    }

    /// Ends whoever waits, now or later.
    func fail(_ error: any Error) {
        let slot = state.read { state in
            if state.failure == nil { state.failure = error }
            return state.slot
        }
        slot?.fail(error)
    }
}
