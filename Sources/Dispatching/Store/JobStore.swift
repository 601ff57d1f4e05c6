internal import Model

/// Keeps jobs: what a coordinator knows of them outlives it here.
///
/// Calls block and may come from any thread. A job is written as a whole; what was written is there after a crash.
public protocol JobStore: Sendable {
    /// Adds all jobs of a batch, or none of them. Durable when it returns.
    ///
    /// - Throws: `exists` where there is a batch of that name.
    func create(_ batch: [JobRecord]) throws

    /// The job; nil where there is none.
    func job(_ id: JobID) throws -> JobRecord?

    /// Jobs, those of the newest batch first, each batch in its order; batches until at least `limit` jobs are told.
    func jobs(limit: Int) throws -> [JobRecord]

    /// Writes a job in the place of what is stored. Durable when it returns.
    ///
    /// - Returns: the job as stored, its revision one higher.
    /// - Throws: `conflict` where the stored revision is not that of `record`, `notFound` where there is none.
    func update(_ record: JobRecord) throws -> JobRecord

    /// The right to carry a job on, which one holds at a time, and which ends with its holder; nil where it is held.
    func claim(_ id: JobID) throws -> (any JobClaim)?

    /// Keeps the output of a job in the place of what was kept.
    func keepLog(_ id: JobID, _ bytes: [UInt8]) throws

    /// The output that was kept; nil where none was.
    func log(_ id: JobID) throws -> [UInt8]?
}

/// The right to carry a job on; given back when nothing refers to it any more.
public protocol JobClaim: AnyObject, Sendable {}

extension JobStore {
    /// The jobs of a batch, in their order; empty where there is none.
    public func batch(_ name: String) throws -> [JobRecord] {
        var out: [JobRecord] = []
        while let next = try job(JobID(batch: name, number: out.count + 1)), out.count < JobLimits.batchMax {
            out.append(next)
        }
        return out
    }

    /// Asks for the end of a job; what has ended stays as it is.
    ///
    /// - Returns: the job; its executor is told by whoever carries it on.
    /// - Throws: `notFound` where there is none.
    @discardableResult
    public func askForEnd(of id: JobID, at now: Double) throws -> JobRecord {
        while true {
            guard var job = try job(id) else { throw JobStoreFault.notFound(id) }
            let before = job
            job.askForEnd(at: now)
            if job == before { return job }
            do {
                return try update(job)
            } catch let error as PerigeeError where error.code == .conflict {
                // Who carries it on wrote in between.
                continue
            }
        }
    }
}
