public import Model
internal import Synchronization

/// Counts how far a run has come: bumped by its workers, watched by whoever shows it.
///
/// Each call is one relaxed atomic addition or store; bump once a batch or a file, not once a chunk. A watcher sees each
/// counter grow, but not all counters at the same instant.
public final class Progress: Sendable {
    private static let unknown = UInt64.max

    private let phase = Atomic(ProgressPhase.starting.rawValue)
    private let files = Atomic<UInt64>(0)
    private let logical = Atomic<UInt64>(0)
    private let missing = Atomic<UInt64>(0)
    private let wire = Atomic<UInt64>(0)
    private let totalFiles = Atomic(unknown)
    private let totalLogical = Atomic(unknown)
    private let totalMissing = Atomic(unknown)

    /// A run that has not begun.
    public init() {}

    /// The run is now busy with `phase`.
    public func enter(_ phase: ProgressPhase) { self.phase.store(phase.rawValue, ordering: .relaxed) }

    /// The run now does something else, of which nothing is done yet and no total is known: what was counted before was of
    /// another part.
    public func begin(_ phase: ProgressPhase) {
        files.store(0, ordering: .relaxed)
        logical.store(0, ordering: .relaxed)
        missing.store(0, ordering: .relaxed)
        wire.store(0, ordering: .relaxed)
        totalFiles.store(Self.unknown, ordering: .relaxed)
        totalLogical.store(Self.unknown, ordering: .relaxed)
        totalMissing.store(Self.unknown, ordering: .relaxed)
        enter(phase)
    }

    /// `count` more files are done with.
    public func add(files count: Int) { files.wrappingAdd(UInt64(count), ordering: .relaxed) }

    /// `bytes` more of the source are done with, whether they were moved or found to be there.
    public func add(logical bytes: Int) { logical.wrappingAdd(UInt64(bytes), ordering: .relaxed) }

    /// `bytes` more that the destination lacked are done with.
    public func add(missing bytes: Int) { missing.wrappingAdd(UInt64(bytes), ordering: .relaxed) }

    /// `bytes` more crossed between the two ends.
    public func add(wire bytes: Int) { wire.wrappingAdd(UInt64(bytes), ordering: .relaxed) }

    /// Says how much there is in all, as far as it is known by now; nil leaves a total as it is.
    public func expect(files: UInt64? = nil, logical: UInt64? = nil, missing: UInt64? = nil) {
        if let files { totalFiles.store(files, ordering: .relaxed) }
        if let logical { totalLogical.store(logical, ordering: .relaxed) }
        if let missing { totalMissing.store(missing, ordering: .relaxed) }
    }

    /// How far it has come.
    public func snapshot() -> ProgressSnapshot {
        ProgressSnapshot(
            phase: ProgressPhase(rawValue: phase.load(ordering: .relaxed)) ?? .starting,
            done: .init(
                files: files.load(ordering: .relaxed), logical: logical.load(ordering: .relaxed),
                missing: missing.load(ordering: .relaxed)),
            wire: wire.load(ordering: .relaxed),
            totalFiles: known(totalFiles.load(ordering: .relaxed)),
            totalLogical: known(totalLogical.load(ordering: .relaxed)),
            totalMissing: known(totalMissing.load(ordering: .relaxed)))
    }

    private func known(_ value: UInt64) -> UInt64? { value == Self.unknown ? nil : value }
}
