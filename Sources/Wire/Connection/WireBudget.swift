internal import Synchronization

/// So many bytes of credit, which channels of any number of connections take from and give back to.
public final class WireBudget: Sendable {
    /// The one that all connections of a process share: ``WireLimits/growthMax``.
    public static let shared = WireBudget(WireLimits.growthMax)

    /// Likewise for bytes that come by strands before what precedes them: ``WireLimits/earlyMax``.
    public static let early = WireBudget(WireLimits.earlyMax)

    private let left: Atomic<Int>

    /// A budget of `bytes`.
    public init(_ bytes: Int) { left = Atomic(bytes) }

    /// How much is left.
    public var remaining: Int { left.load(ordering: .relaxed) }

    /// Takes `bytes` if there are as many.
    func take(_ bytes: Int) -> Bool {
        var current = left.load(ordering: .relaxed)
        while current >= bytes {
            let (isDone, seen) = left.weakCompareExchange(
                expected: current, desired: current - bytes, ordering: .relaxed)
            if isDone { return true }
            current = seen
        }
        return false
    }

    /// Gives `bytes` back.
    func give(_ bytes: Int) { left.wrappingAdd(bytes, ordering: .relaxed) }
}
