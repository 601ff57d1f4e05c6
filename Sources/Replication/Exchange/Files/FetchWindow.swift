internal import Workers

/// Bounds the files that are asked for and not yet in place, by number and by bytes.
final class FetchWindow: Sendable {
    private struct State {
        var files: UInt64 = 0
        var bytes: UInt64 = 0
        // Whether somebody waits for room.
        var isAwaited = false
        var failure: (any Error)?
    }

    private let state = Monitor(State())
    private let bytesMax: UInt64

    /// A window of so many bytes.
    init(bytes: UInt64 = ExchangeLimits.bytesAhead) { bytesMax = bytes }

    /// What a file of `size` bytes counts as.
    static func weight(_ size: UInt64) -> UInt64 { min(size, ExchangeLimits.largeFile) + 512 }

    private func fits(_ state: State, _ weight: UInt64) -> Bool {
        state.files < ExchangeLimits.filesAhead
            && (state.files == 0 || state.bytes + weight <= bytesMax)
    }

    /// Whether a file of `weight` may be asked for now; it then counts.
    func tryEnter(_ weight: UInt64) throws -> Bool {
        try state.read { state in
            if let failure = state.failure { throw failure }
            guard fits(state, weight) else { return false }
            state.files += 1
            state.bytes += weight
            return true
        }
    }

    /// Waits until a file of `weight` may be asked for; it then counts.
    func enter(_ weight: UInt64) throws {
        if try tryEnter(weight) { return }
        try state.wait { state -> Void? in
            if let failure = state.failure { throw failure }
            guard fits(state, weight) else {
                state.isAwaited = true
                return nil
            }
            state.files += 1
            state.bytes += weight
            return ()
        }
    }

    /// A file of `weight` is in place, or given up.
    ///
    /// Whoever waits for room is woken when there is some for many files, not for each.
    func leave(_ weight: UInt64) {
        let wakes = state.read { state in
            state.files -= 1
            state.bytes -= weight
            let isRoomy = state.files <= ExchangeLimits.filesAhead / 8 * 7 && state.bytes <= bytesMax / 8 * 7
            guard state.files == 0 || state.isAwaited && isRoomy else { return false }
            state.isAwaited = false
            return true
        }
        if wakes { state.change { _ in } }
    }

    /// Waits until nothing is asked for any more.
    func waitUntilEmpty() throws {
        try state.wait { state -> Void? in
            if let failure = state.failure { throw failure }
            return state.files == 0 ? () : nil
        }
    }

    /// Ends whoever waits with `error`.
    func fail(_ error: any Error) { state.change { if $0.failure == nil { $0.failure = error } } }
}
