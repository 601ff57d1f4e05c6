/// What runs jobs: takes them over, tells how far they are, ends them.
///
/// A job that was taken over goes on without whoever handed it over. All calls are asked about by the job's ID, and may be
/// made again after a crash: of any number of submissions one starts, and none after ``end(_:byForce:)``.
public protocol JobExecutor: Sendable {
    /// What would be handed over, for people to read.
    func rendered(_ job: JobRecord) throws -> String

    /// Takes the job over, once: again for one that it has changes nothing.
    ///
    /// - Returns: what the executor calls it.
    func submit(_ job: JobRecord) throws -> String

    /// How far it is.
    ///
    /// - Throws: `io` where that cannot be told now; it says nothing about the job.
    func look(_ job: JobRecord) throws -> JobSighting

    /// Has it end, and never start where it has not; returns at once. What has ended stays as it is.
    func end(_ job: JobRecord, byForce: Bool) throws

    /// The output that it wrote so far, at most what its order says; empty where there is none.
    func log(_ job: JobRecord) throws -> [UInt8]
}
