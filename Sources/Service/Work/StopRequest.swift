internal import Workers

/// Asks an attempt to stop.
public final class StopRequest: Sendable {
    private let state = Monitor(false)

    /// A request that is not made yet.
    public init() {}

    /// Makes the request.
    public func make() { state.change { $0 = true } }

    /// Whether it was made.
    public var isMade: Bool { state.read { $0 } }

    /// Waits for at most `limit` until it is made; whether it is.
    public func wait(for limit: Duration) -> Bool { state.wait(for: limit) { $0 ? true : nil } ?? false }
}
