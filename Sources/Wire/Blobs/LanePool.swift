internal import Model
internal import Workers

/// Channels to one store, used by one request after the other.
///
/// A channel that an error left in the middle of an answer is given up, and so are all of a connection that failed.
final class LanePool: Sendable {
    private struct State {
        var free: [BlobLane] = []
        var count = 0
    }

    private let dialer: Dialer
    private let opening: [UInt8]
    private let limit: Int
    private let state = Monitor(State())

    init(_ dialer: Dialer, opening: [UInt8], limit: Int) {
        self.dialer = dialer
        self.opening = opening
        self.limit = limit
    }

    /// Runs `body` with a channel that nobody else uses, after waiting for one.
    func withLane<Result>(_ body: (BlobLane) throws -> Result) throws -> Result {
        let lane = try take()
        defer { giveBack(lane) }
        return try body(lane)
    }

    /// A channel, after waiting for one; give it back.
    func take() throws -> BlobLane {
        let free = state.wait { state in Self.take(&state, limit) }
        return try made(free)
    }

    /// A channel; nil where all are taken.
    func takeIfFree() throws -> BlobLane? {
        guard let free = state.read({ state in Self.take(&state, limit) }) else { return nil }
        return try made(free)
    }

    /// The lane is free, or of no more use.
    func giveBack(_ lane: BlobLane) {
        state.change { state in
            if lane.isUsable { state.free.append(lane) } else { state.count -= 1 }
        }
    }

    /// A lane, or leave to make one; nil where neither is to be had.
    private static func take(_ state: inout State, _ limit: Int) -> BlobLane?? {
        while let lane = state.free.popLast() {
            if lane.isUsable { return .some(lane) }
            state.count -= 1
        }
        guard state.count < limit else { return nil }
        state.count += 1
        return .some(nil)
    }

    private func made(_ lane: BlobLane?) throws -> BlobLane {
        if let lane { return lane }
        do {
            return BlobLane(try dialer.connection().open(BlobWire.service, opening))
        } catch {
            state.change { $0.count -= 1 }
            throw error
        }
    }
}
