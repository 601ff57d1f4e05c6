internal import ArgumentParser
internal import Dispatching
internal import Model

/// Carries jobs on until they have ended.
struct JobsWait: Verb {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Carry jobs on until they have ended.",
        discussion: """
            Goes on with what is left to do - staging, handing over, bringing back - and follows what runs. Ends with 0 where \
            all are done, and with 1 where one failed, was cancelled, or has not ended in time.

            EXAMPLES
              perigee jobs wait
              perigee jobs wait k3f9x2ab7q --timeout 2h
            """)

    @Argument(
        help: ArgumentHelp("Jobs or their batches; all that have not ended where none is named.", valueName: "id"))
    var ids: [String] = []
    @Option(help: ArgumentHelp("Give up after so long; the jobs go on.", valueName: "time")) var timeout = "30d"
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws { _ = try JobFollowing.seconds(timeout) }

    func perform(_ context: Context) throws -> ExitStatus {
        let store = JobStores.current(context)
        let jobs = try JobStores.jobs(ids, in: store)
        let after = try JobFollowing(context: context, store: store).follow(
            jobs.map(\.id), limit: JobFollowing.seconds(timeout))
        try context.finish(JobsDocument(after)) { JobText.list(after, $0) }
        return JobFollowing.status(after)
    }
}
