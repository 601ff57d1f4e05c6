internal import ArgumentParser
internal import Dispatching
internal import Model

/// Shows jobs.
struct JobsList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List jobs, the newest first; or show all about one.",
        discussion: """
            Tells what was known when the job was last looked at; jobs wait looks again.

            EXAMPLES
              perigee jobs
              perigee jobs list --open
              perigee jobs k3f9x2ab7q-1 --json
            """)

    @Argument(help: ArgumentHelp("Jobs or their batches; all where none is named.", valueName: "id"))
    var ids: [String] = []
    @Flag(help: "Only those that have not ended.") var open = false
    @Option(name: .customShort("n"), help: ArgumentHelp("So many at most.", valueName: "n")) var most = 50
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if !(1...JobStores.listMax).contains(most) { throw ValidationError("-n is from 1 to \(JobStores.listMax)") }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let store = JobStores.current(context)
        var jobs =
            try ids.isEmpty ? store.jobs(limit: open ? JobStores.listMax : most) : JobStores.jobs(ids, in: store)
        if open { jobs.removeAll(where: \.state.isFinal) }
        if ids.isEmpty { jobs = Array(jobs.prefix(most)) }
        try context.finish(JobsDocument(jobs)) { style in
            jobs.count == 1 && !ids.isEmpty ? JobText.one(jobs[0], style) : JobText.list(jobs, style)
        }
        return .done
    }
}
