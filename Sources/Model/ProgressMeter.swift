/// Turns what a run reports of itself into a recent speed and an honest time to the end.
///
/// Pure: the time comes in with each observation. Speeds are those of the last ten seconds, so that a run that was
/// quick over what was there already makes no promise about what has to move.
public struct ProgressMeter: Sendable {
    /// The seconds that "recent" means.
    public static let window = 10.0
    /// The seconds of observation below which nothing is promised.
    public static let patience = 2.0

    private var samples: [(time: Double, snapshot: ProgressSnapshot)] = []

    /// A meter that has seen nothing.
    public init() {}

    /// Takes in the state of the run at `time`, in seconds on any clock that only goes forward.
    public mutating func observe(_ snapshot: ProgressSnapshot, at time: Double) {
        if let last = samples.last, last.snapshot.phase != snapshot.phase { samples.removeAll() }
        samples.append((time, snapshot))
        while samples.count > 2, samples[1].time <= time - Self.window { samples.removeFirst() }
    }

    /// Bytes of the source that are done with in a second, lately; nil before there is a span to measure.
    public var logicalRate: Double? { rate { $0.done.logical } }

    /// Bytes on the wire in a second, lately; nil before there is a span to measure.
    public var wireRate: Double? { rate { $0.wire } }

    /// Seconds to the end; nil while that is not known.
    ///
    /// What counts is the bytes that are missing, where their total is known; else the bytes of the source. Nothing is
    /// said before two seconds of this phase, and nothing while nothing moves.
    public var secondsLeft: Double? {
        guard let first = samples.first, let last = samples.last, last.time - first.time >= Self.patience else {
            return nil
        }
        let now = last.snapshot
        if let total = now.totalMissing { return left(total, now.done.missing, rate { $0.done.missing }) }
        if let total = now.totalLogical { return left(total, now.done.logical, rate { $0.done.logical }) }
        return nil
    }

    /// How much is done, from 0 to 1; nil while the total is not known.
    public var fraction: Double? {
        guard let now = samples.last?.snapshot else { return nil }
        let (done, total) =
            now.totalMissing.map { (now.done.missing, $0) } ?? now.totalLogical.map { (now.done.logical, $0) } ?? (0, 0)
        return total > 0 ? min(1, Double(done) / Double(total)) : nil
    }

    private func left(_ total: UInt64, _ done: UInt64, _ rate: Double?) -> Double? {
        if done >= total { return 0 }
        guard let rate, rate > 0 else { return nil }
        return Double(total - done) / rate
    }

    private func rate(_ value: (ProgressSnapshot) -> UInt64) -> Double? {
        guard let first = samples.first, let last = samples.last, last.time > first.time else { return nil }
        let (before, after) = (value(first.snapshot), value(last.snapshot))
        return after >= before ? Double(after - before) / (last.time - first.time) : nil
    }
}
