internal import Scheduling
internal import Workers

/// An attempt that is under way.
struct Attempt: Sendable {
    /// What is to be done.
    let order: WorkOrder
    /// When it began.
    let began: Instant
    /// Asks it to stop.
    let stop: StopRequest
    /// The thread that works on it; nil where whoever turns the loop does.
    var thread: Companion?
}
