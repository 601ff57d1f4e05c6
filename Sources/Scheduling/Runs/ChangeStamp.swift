internal import Synchronization

/// Marks a state of something: two that have the same mark are the same, as one is a copy of the other.
///
/// For finding quickly what has changed among many. It says nothing of what the state is, so that all are equal.
struct ChangeStamp: Hashable, Sendable {
    private var number: UInt64

    private static let last = Atomic<UInt64>(0)

    /// A mark that nothing else has.
    init() { number = Self.last.wrappingAdd(1, ordering: .relaxed).newValue }

    /// Takes a mark that nothing else has: the state is another one from now on.
    mutating func renew() { self = ChangeStamp() }

    /// Whether both mark the same state; where they do not, states may still be equal.
    func marksSame(as other: ChangeStamp) -> Bool { number == other.number }

    static func == (_: ChangeStamp, _: ChangeStamp) -> Bool { true }

    func hash(into _: inout Hasher) {}
}
