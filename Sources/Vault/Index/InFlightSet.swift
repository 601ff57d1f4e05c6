internal import Content
internal import Synchronization

/// The IDs that a run has claimed and no index segment lists yet.
///
/// Shards under a mutex each, so that threads seldom meet; open addressing in raw memory. What was indexed is removed
/// again, so the set stays as small as what is in flight.
final class InFlightSet: Sendable {
    private final class Shard: Sendable {
        let table = Mutex(InFlightTable())
    }

    static let shardCount = 64
    private let shards: [Shard] = (0..<shardCount).map { _ in Shard() }

    @inline(__always)
    private func shard(_ key: IndexKey) -> Shard { shards[Int(key.spread >> 58)] }

    /// Adds `key`; false where it was there.
    ///
    /// `isCurrent` is asked alone with the shard: where it says no, nothing is done and nil is returned.
    func insert(_ key: IndexKey, isCurrent: () -> Bool) -> Bool? {
        shard(key).table.withLock { table in
            guard isCurrent() else { return nil }
            return table.insert(key)
        }
    }

    /// Whether `key` is there.
    func contains(_ key: IndexKey) -> Bool { shard(key).table.withLock { $0.contains(key) } }

    /// Removes `key`, if it is there.
    func remove(_ key: IndexKey) { shard(key).table.withLock { $0.remove(key) } }

    /// How many are there.
    var count: Int { shards.reduce(0) { $0 + $1.table.withLock { $0.count } } }
}

/// A set of IDs in raw memory: open addressing with linear probing, three quarters full at most, removal by shifting
/// back.
///
/// The ID of zeros marks a free place, and so is never held: a digest of zeros does not occur.
struct InFlightTable: ~Copyable {
    private var slots: UnsafeMutablePointer<IndexKey>
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = 64
        slots = Self.allocate(capacity)
    }

    deinit { slots.deallocate() }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<IndexKey> {
        let slots = UnsafeMutablePointer<IndexKey>.allocate(capacity: capacity)
        UnsafeMutableRawPointer(slots).initializeMemory(
            as: UInt8.self, repeating: 0, count: capacity * MemoryLayout<IndexKey>.stride)
        return slots
    }

    private func isFree(_ slot: Int) -> Bool {
        let key = slots[slot]
        return key.w0 | key.w1 | key.w2 | key.w3 == 0
    }

    private func home(_ key: IndexKey) -> Int { Int(truncatingIfNeeded: key.w2) & (capacity - 1) }

    /// The slot of `key`, or the free one where it would go.
    private func slot(_ key: IndexKey) -> Int {
        var slot = home(key)
        while !isFree(slot), slots[slot] != key { slot = (slot + 1) & (capacity - 1) }
        return slot
    }

    func contains(_ key: IndexKey) -> Bool { !isFree(slot(key)) }

    mutating func insert(_ key: IndexKey) -> Bool {
        let place = slot(key)
        guard isFree(place) else { return false }
        slots[place] = key
        count += 1
        if count * 4 > capacity * 3 { grow() }
        return true
    }

    mutating func remove(_ key: IndexKey) {
        var hole = slot(key)
        guard !isFree(hole) else { return }
        count -= 1
        var next = (hole + 1) & (capacity - 1)
        while !isFree(next) {
            let distance = (next &- home(slots[next])) & (capacity - 1)
            if distance >= (next &- hole) & (capacity - 1) {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & (capacity - 1)
        }
        UnsafeMutableRawPointer(slots + hole).initializeMemory(
            as: UInt8.self, repeating: 0, count: MemoryLayout<IndexKey>.stride)
    }

    private mutating func grow() {
        let old = slots
        let oldCapacity = capacity
        capacity *= 2
        slots = Self.allocate(capacity)
        for index in 0..<oldCapacity {
            let key = old[index]
            if key.w0 | key.w1 | key.w2 | key.w3 != 0 { slots[slot(key)] = key }
        }
        old.deallocate()
    }
}
