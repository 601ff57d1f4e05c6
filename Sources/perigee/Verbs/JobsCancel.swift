internal import ArgumentParser
internal import Dispatching
internal import Model

/// Ends jobs.
struct JobsCancel: Verb {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End jobs: what runs is asked to stop, then made to; what has not begun never does.",
        discussion: """
            What was made is left where it is. A job that has ended stays as it is.

            EXAMPLES
              perigee jobs cancel k3f9x2ab7q-1
              perigee jobs cancel k3f9x2ab7q
            """)

    @Argument(help: ArgumentHelp("Jobs or their batches.", valueName: "id")) var ids: [String]
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let store = JobStores.current(context)
        let coordinator = JobEngine(context: context).coordinator(store)
        let asked = try JobStores.jobs(ids, in: store).map { try coordinator.cancel($0.id) }
        let after = try JobFollowing(context: context, store: store).follow(
            asked.map(\.id), limit: JobLimits.cancelMax + JobLimits.answerWait)
        try context.finish(JobsDocument(after)) { JobText.list(after, $0) }
        return .done
    }
}
