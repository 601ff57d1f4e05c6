internal import Dispatching
internal import Model

/// Where this machine remembers jobs.
enum JobStores {
    /// The jobs of the state folder.
    static func current(_ context: Context) -> FolderJobStore { at(Moves.absolute(context.options.stateFolder)) }

    /// The jobs of a state folder.
    static func at(_ folder: String) -> FolderJobStore { FolderJobStore(path: folder + "/jobs") }

    /// The job that `text` names.
    ///
    /// - Throws: `usage` where it is no ID, `notFound` where there is no such job.
    static func job(_ text: String, in store: any JobStore) throws -> JobRecord {
        guard let id = JobID(parsing: text) else {
            throw PerigeeError(.usage, "this is no ID of a job", at: text, remedy: "perigee jobs lists them")
        }
        guard let job = try store.job(id) else {
            throw PerigeeError(.notFound, "there is no such job", at: text, remedy: "perigee jobs lists them")
        }
        return job
    }

    /// Jobs that are named, by their IDs or by their batch; all that have not ended where none is.
    static func jobs(_ names: [String], in store: any JobStore) throws -> [JobRecord] {
        if names.isEmpty { return try store.jobs(limit: listMax).filter { !$0.state.isFinal } }
        return try names.flatMap { name in
            if JobID.isBatch(name) {
                let batch = try store.batch(name)
                if !batch.isEmpty { return batch }
            }
            return [try job(name, in: store)]
        }
    }

    /// So many of the newest jobs are looked at.
    static let listMax = 10_000
}
