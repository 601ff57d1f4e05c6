internal import ArgumentParser
internal import Dispatching
internal import Model

/// Prints what a job wrote.
struct JobsLog: Verb {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Print what a job wrote to its standard output and standard error.",
        discussion: """
            Of a job that runs what it wrote so far. Where it wrote more than is kept, the first and the last of it.

            EXAMPLE
              perigee jobs log k3f9x2ab7q-1
            """)

    @Argument(help: ArgumentHelp("The job.", valueName: "id")) var id: String
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.job-log/1"
        let job: String
        let state: JobState
        let bytes: Int
        let text: String
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let store = JobStores.current(context)
        let job = try JobStores.job(id, in: store)
        let kept = try store.log(job.id)
        let bytes = try kept ?? (job.isHandedOver ? JobEngine(context: context).executor(job).log(job) : [])
        let text = String(decoding: bytes, as: UTF8.self)
        try context.finish(Document(job: id, state: job.state, bytes: bytes.count, text: text)) { _ in
            text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
        }
        return .done
    }
}
