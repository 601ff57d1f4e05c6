internal import Scheduling

/// What the catalog is known to hold, so that only what differs is written.
struct StoredState {
    /// The state of the schedules; nil before it was read or written.
    var scheduler: SchedulerState?
}
