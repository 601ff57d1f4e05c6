internal import Model

/// How long the phases of a run take.
final class RunClock {
    private let start = SystemClock.monotonic()
    private var last: Double
    private var seconds = RunReport.Seconds()

    /// Starts now.
    init() { last = start }

    /// The time since the last lap counts as this phase's.
    func lap(_ phase: WritableKeyPath<RunReport.Seconds, Double>) {
        let now = SystemClock.monotonic()
        seconds[keyPath: phase] += now - last
        last = now
    }

    /// Writes the times, and the memory used so far, into `report`.
    func fill(_ report: inout RunReport) {
        seconds.total = SystemClock.monotonic() - start
        report.seconds = seconds
        report.peakMemory = SystemClock.peakMemory
    }
}
