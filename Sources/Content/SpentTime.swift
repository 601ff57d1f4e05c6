package import Workers

/// What the thread that compresses has run, and waited for a processor: as the system says, or as a test does.
package final class SpentTime {
    /// What has come since it was last asked.
    package typealias Source = () -> ThreadTimes.Times

    private let told: Source?
    private lazy var times = ThreadTimes()

    /// What `told` says; nil: what the system does.
    package init(_ told: Source?) { self.told = told }

    /// Counts from here on, if it does not yet; the system tells of the thread that calls this first.
    package func begin() { if told == nil { _ = times } }

    /// What has come since this was last asked.
    package func step() -> ThreadTimes.Times { told?() ?? times.step() }
}
