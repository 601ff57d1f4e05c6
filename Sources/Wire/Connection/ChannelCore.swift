internal import Model
internal import Synchronization
internal import Workers

/// What a channel is made of, without the handle that its user holds: two flows of messages and their credit.
///
/// Credit of a direction is in bytes; a message costs its length and ``WireLimits/messageCost``. A message may be sent
/// while any credit is left, so one overdraws it by at most a message. The receiver gives credit back as its messages are
/// taken, and more of it for as long as whoever takes them keeps up.
final class ChannelCore: Sendable {
    struct State {
        var queue = MessageQueue()
        /// What this side may still send.
        var credit: Int
        /// What the other side may still send.
        var allowance: Int
        /// What was taken and not yet given back.
        var owed = 0
        /// What the other side's credit comes to when nothing is under way.
        var window: Int
        /// What was taken since the window grew.
        var takenSinceGrowth = 0
        /// What the window took out of the budget.
        var grown = 0
        var hasFinished = false
        var isFinishedByOther = false
        var failure: (any Error)?
    }

    let number: UInt32
    let service: String
    let opening: [UInt8]
    /// Held from taking credit to handing the message over, so that several threads may send.
    let sending = Mutex(())
    private let monitor: Monitor<State>
    private let windowMax: Int
    private let growth: WireBudget

    /// A channel that was just opened, with the credit that each side gave in its hello.
    init(
        number: UInt32, service: String, opening: [UInt8], credit: Int, window: Int, windowMax: Int, growth: WireBudget
    ) {
        self.number = number
        self.service = service
        self.opening = opening
        self.windowMax = windowMax
        self.growth = growth
        monitor = Monitor(State(credit: credit, allowance: window, window: window))
    }

    deinit { growth.give(monitor.read { $0.grown }) }

    /// Waits until a message of `count` bytes may be sent, and takes its credit.
    func takeCredit(for count: Int) throws {
        try monitor.wait { state -> Void? in
            if let failure = state.failure { throw failure }
            if state.hasFinished { throw Self.misuse("a message after the end", service) }
            guard state.credit > 0 else { return nil }
            state.credit -= count + WireLimits.messageCost
            return ()
        }
    }

    /// The next message, after waiting for it, and the credit to give for it if it is time; nil at the other's end.
    func take() throws -> (message: Message, credit: Int)? {
        try monitor.wait { state -> (message: Message, credit: Int)?? in
            if let failure = state.failure { throw failure }
            guard let message = state.queue.take() else { return state.isFinishedByOther ? .some(nil) : nil }
            return (message, giveBack(message.count + WireLimits.messageCost, &state))
        }
    }

    /// What credit to send now that messages of `cost` were taken; 0 while it is too little to be worth a frame.
    private func giveBack(_ cost: Int, _ state: inout State) -> Int {
        guard !state.isFinishedByOther else { return 0 }
        state.owed += cost
        state.takenSinceGrowth += cost
        // Whoever empties the queue waits for the other side or for the link: then more may be under way.
        if state.queue.isEmpty, state.takenSinceGrowth >= state.window, state.window * 2 <= windowMax,
            growth.take(state.window)
        {
            state.grown += state.window
            state.owed += state.window
            state.window *= 2
            state.takenSinceGrowth = 0
        }
        guard state.owed >= state.window / 4 else { return 0 }
        defer { state.owed = 0 }
        state.allowance += state.owed
        return state.owed
    }

    /// Has the window be up to `bytes` long, if it is shorter; what credit to give for that.
    ///
    /// Takes no more than half of what the budget has, so that there is something for whoever comes next.
    func widen(to bytes: Int) -> Int {
        monitor.change { state in
            let more = min(min(bytes, windowMax) - state.window, growth.remaining / 2)
            guard more > 0, !state.isFinishedByOther, state.failure == nil, growth.take(more) else { return 0 }
            state.grown += more
            state.window += more
            state.allowance += more
            return more
        }
    }

    /// Says that no more is sent; false where that was said or the channel failed before.
    func finish() -> Bool {
        monitor.change { state in
            guard !state.hasFinished, state.failure == nil else { return false }
            state.hasFinished = true
            return true
        }
    }

    /// Ends both directions with `error`; the first stays.
    ///
    /// False where it had failed before.
    @discardableResult
    func fail(_ error: any Error) -> Bool {
        monitor.change { state in
            guard state.failure == nil else { return false }
            state.failure = error
            state.queue = MessageQueue()
            return true
        }
    }

    /// Whether both directions have ended.
    var isOver: Bool { monitor.read { ($0.hasFinished && $0.isFinishedByOther) || $0.failure != nil } }

    /// Whether both directions are open.
    var isOpen: Bool { monitor.read { !$0.hasFinished && !$0.isFinishedByOther && $0.failure == nil } }

    /// Why the channel failed, if it did.
    var failure: (any Error)? { monitor.read { $0.failure } }

    /// A message came.
    ///
    /// For the reading thread.
    func deliver(_ message: Message, from peer: String) throws {
        try monitor.change { state in
            if state.failure != nil { return }
            guard !state.isFinishedByOther else { throw WireFault.outOfTurn("a message after its end", peer) }
            guard state.allowance > 0 else { throw WireFault.outOfTurn("more messages than it has credit for", peer) }
            state.allowance -= message.count + WireLimits.messageCost
            state.queue.put(message)
        }
    }

    /// Credit came.
    ///
    /// For the reading thread.
    func deliver(credit: Int, from peer: String) throws {
        try monitor.change { state in
            let (sum, isOverflow) = state.credit.addingReportingOverflow(credit)
            guard !isOverflow, sum <= 1 << 40 else { throw WireFault.outOfTurn("it gives credit without end", peer) }
            state.credit = sum
        }
    }

    /// The other side's end came.
    ///
    /// For the reading thread.
    func deliverFinish(from peer: String) throws {
        try monitor.change { state in
            if state.failure != nil { return }
            guard !state.isFinishedByOther else { throw WireFault.outOfTurn("a second end of a channel", peer) }
            state.isFinishedByOther = true
        }
    }

    private static func misuse(_ what: String, _ service: String) -> PerigeeError {
        PerigeeError(.io, "\(what) of the channel", at: service, remedy: "report it: this is a mistake in perigee")
    }
}
