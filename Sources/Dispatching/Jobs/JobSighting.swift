/// What an executor sees of a job.
public enum JobSighting: Hashable, Sendable {
    /// It never had it.
    case absent
    /// It waits for its turn, for a reason.
    case queued(String)
    /// It works, since an instant in seconds since 1970 where that is known.
    case running(since: Double?)
    /// It has ended with a status, 128 and the signal's number for a signal; instants in seconds since 1970.
    case ended(Int32, began: Double, ended: Double)
    /// It is gone without a result; where that is not sure, others may only not see the result yet.
    case lost(String, isSure: Bool)
}
