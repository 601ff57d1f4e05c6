internal import ArgumentParser
internal import Dispatching
internal import Model
internal import Settings

/// Follows jobs, and tells what happens to them on standard error.
struct JobFollowing {
    let context: Context
    let store: any JobStore

    /// Carries jobs on until they have ended, or are with their executors.
    ///
    /// - Returns: the jobs as they are then.
    func follow(
        _ ids: [JobID], until aim: JobCoordinator.Aim = .ended, limit: Double
    ) throws -> [JobRecord] {
        let isQuiet = context.options.progressStyle == .none
        var told: [JobID: String] = [:]
        try JobEngine(context: context).coordinator(store).follow(ids, until: aim, limit: limit) { job in
            // Steps of which people see nothing are no news.
            let text = JobText.progress(job)
            if !isQuiet, told.updateValue(text, forKey: job.id) != text { Diagnostics.note("\(job.id)", text) }
        }
        return try ids.compactMap { try store.job($0) }
    }

    /// What scripts are told.
    static func status(_ jobs: [JobRecord]) -> ExitStatus {
        jobs.allSatisfy { !$0.state.isFinal || $0.state == .done } ? .done : .failed
    }

    /// Seconds of what follows `--timeout`.
    static func seconds(_ text: String) throws -> Double {
        guard let seconds = SettingsTable.seconds(parsing: text), seconds > 0 else {
            throw ValidationError("--timeout \(text) is no time: write 90s, 4h or 2d")
        }
        return seconds
    }
}
