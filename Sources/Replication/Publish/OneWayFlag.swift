internal import Synchronization

/// A flag that goes up once and stays up.
final class OneWayFlag: Sendable {
    private let raised = Atomic(false)

    /// Puts the flag up.
    func raise() { raised.store(true, ordering: .releasing) }

    /// Whether it is up.
    var isRaised: Bool { raised.load(ordering: .acquiring) }
}
