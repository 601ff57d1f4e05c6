public import Catalog
public import Scheduling

/// An attempt at a run, as whoever does the work gets it.
public struct WorkOrder: Hashable, Sendable {
    /// The run.
    public var id: RunID
    /// Which attempt this is, from 1 on.
    public var attempt: Int
    /// What is to be done.
    public var job: JobSpecification
    /// From where the data comes; nil where there is nothing to bring.
    public var from: String?
    /// Whether it goes on with the work of an attempt that was cut off as a daemon ended.
    public var resumes = false
    /// What it may use of this host.
    public var share = WorkShare()

    /// An attempt.
    public init(id: RunID, attempt: Int, job: JobSpecification, from: String?) {
        self.id = id
        self.attempt = attempt
        self.job = job
        self.from = from
    }
}
