internal import Model
internal import Workers

/// The channels of a connection, and those that wait to be accepted.
final class ChannelTable: Sendable {
    private struct State {
        var cores: [UInt32: ChannelCore] = [:]
        var backlog: [ChannelCore] = []
        var lastOfOther: UInt32 = 0
        var nextOwn: UInt32
        // How many channels may be open; nil until the other side has said.
        var ownMax: Int?
        var isEnded = false
        var failure: (any Error)?
    }

    /// What becomes of a channel that the other side opens.
    enum Admission {
        case admitted
        case refused(PerigeeError)
    }

    private let monitor: Monitor<State>
    private let ownParity: UInt32

    /// A table for the side of `role`.
    init(role: Hello.Role) {
        ownParity = role == .initiator ? 1 : 0
        monitor = Monitor(State(nextOwn: role == .initiator ? 1 : 2))
    }

    /// The other side allows `channelsMax` channels at once; those that were opened before it said so.
    func allow(_ channelsMax: Int) -> [ChannelCore] {
        monitor.change { state in
            state.ownMax = min(channelsMax, WireLimits.channelsMax)
            return Array(state.cores.values)
        }
    }

    /// Enters a channel of this side, which `make` makes for a number; nil where there are as many as may be before the
    /// other side has said how many it allows.
    func open(_ make: (UInt32) -> ChannelCore) throws -> ChannelCore? {
        try monitor.change { state in
            if let failure = state.failure { throw failure }
            guard let ownMax = state.ownMax ?? (state.cores.count < WireLimits.earlyChannelsMax ? .max : nil) else {
                return nil
            }
            guard state.cores.count < ownMax else {
                throw PerigeeError(
                    .limit, "\(state.cores.count) channels are open, and no more may be",
                    remedy: "use fewer threads (--threads)")
            }
            guard state.nextOwn < UInt32.max - 2 else {
                throw PerigeeError(.limit, "the connection has used all its channels", canRetry: true)
            }
            let core = make(state.nextOwn)
            state.nextOwn += 2
            state.cores[core.number] = core
            return core
        }
    }

    /// Enters a channel that the other side opened.
    func admit(_ core: ChannelCore, from peer: String) throws -> Admission {
        try monitor.change { state in
            guard core.number & 1 != ownParity, core.number > state.lastOfOther else {
                throw WireFault.outOfTurn("channel \(core.number) cannot be opened", peer)
            }
            state.lastOfOther = core.number
            guard !state.isEnded, state.failure == nil else {
                return .refused(PerigeeError(.io, "the connection is about to end", canRetry: true))
            }
            guard state.cores.count < WireLimits.channelsMax, state.backlog.count < WireLimits.backlogMax else {
                return .refused(
                    PerigeeError(
                        .limit, "\(state.cores.count) channels are open, and no more may be",
                        remedy: "try again later, or use fewer threads (--threads)", canRetry: true))
            }
            state.cores[core.number] = core
            state.backlog.append(core)
            return .admitted
        }
    }

    /// The channel with this number; nil where it has ended.
    func find(_ number: UInt32, from peer: String) throws -> ChannelCore? {
        try monitor.read { state in
            if let core = state.cores[number] { return core }
            let isOwn = number & 1 == ownParity
            let wasOpened = isOwn ? number < state.nextOwn : number <= state.lastOfOther
            guard number > 0, wasOpened else {
                throw WireFault.outOfTurn("a frame of channel \(number), which was never opened", peer)
            }
            return nil
        }
    }

    /// The oldest channel that the other side opened, after waiting for one; nil once the connection has ended in order.
    func accept() throws -> ChannelCore? {
        try monitor.wait { state -> ChannelCore?? in
            if let failure = state.failure { throw failure }
            guard !state.backlog.isEmpty else { return state.isEnded ? .some(nil) : nil }
            return state.backlog.removeFirst()
        }
    }

    /// Forgets a channel that has ended.
    func remove(_ core: ChannelCore) {
        monitor.change { state in
            state.cores[core.number] = nil
            state.backlog.removeAll { $0 === core }
        }
    }

    /// Forgets a channel that the other side reset; one that waits to be accepted keeps its place there.
    func forget(_ core: ChannelCore) { monitor.change { $0.cores[core.number] = nil } }

    /// No more channels come or are opened; `error` is what those that are open end with.
    func end(_ error: PerigeeError) { finish(error) { $0.isEnded = true } }

    /// The connection failed; the first error stays.
    func fail(_ error: any Error) { finish(error) { if $0.failure == nil && !$0.isEnded { $0.failure = error } } }

    private func finish(_ error: any Error, _ change: (inout State) -> Void) {
        let cores = monitor.change { state in
            change(&state)
            defer { (state.cores, state.backlog) = ([:], []) }
            return Array(state.cores.values)
        }
        for core in cores { core.fail(error) }
    }
}
