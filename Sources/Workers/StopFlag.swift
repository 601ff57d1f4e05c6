internal import Model
internal import Synchronization

/// Says to running work that it should stop: set by a signal handler or by a failing neighbour, asked at safe points.
public final class StopFlag: Sendable {
    private let raised = Atomic(false)

    /// A flag that is down.
    public init() {}

    /// Asks the work to stop; safe in a signal handler.
    public func raise() { raised.store(true, ordering: .relaxed) }

    /// Whether the work was asked to stop.
    public var isRaised: Bool { raised.load(ordering: .relaxed) }

    /// - Throws: `interrupted` where the work was asked to stop.
    public func check() throws {
        guard isRaised else { return }
        throw PerigeeError(
            .interrupted, "interrupted", remedy: "run the same command again: it goes on where it stopped")
    }
}
