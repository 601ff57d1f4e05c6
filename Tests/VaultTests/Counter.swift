import Synchronization

/// Bytes that repeat: 0, 1, 2, ...
final class Counter: Sendable {
    private let value = Atomic<UInt8>(0)

    func next() -> UInt8 { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
