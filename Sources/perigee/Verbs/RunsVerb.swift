internal import ArgumentParser
internal import Catalog
internal import Model
internal import Scheduling
internal import Service
internal import Web

/// Shows what became of runs.
struct RunsVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "Show runs, newest first, or one run with its report; cancel one.",
        discussion: """
            Reads the catalog of the daemon, and works beside it as well as without it. A run is named by its schedule and \
            the instant at which it was due, as nightly@2026-11-23T22:00:00Z.

            EXAMPLES
              perigee runs
              perigee runs --schedule nightly --state-of failed -n 10
              perigee runs nightly@2026-11-23T22:00:00Z --json
              perigee runs nightly@2026-11-23T22:00:00Z --cancel
            """)

    @Argument(help: ArgumentHelp("Only this one, with its report.", valueName: "run")) var name: String?
    @Option(help: ArgumentHelp("Only runs of this schedule.", valueName: "name")) var schedule: String?
    @Option(help: ArgumentHelp("Only runs of this dataset.", valueName: "name")) var dataset: String?
    @Option(
        name: .customLong("state-of"),
        help: ArgumentHelp(
            "Only runs in this state: waiting, running, stopping, succeeded, failed, stopped, skipped; may be repeated.",
            valueName: "state"))
    var states: [String] = []
    @Option(
        name: [.customShort("n"), .customLong("number")], help: ArgumentHelp("How many, 1 to 1000.", valueName: "n"))
    var number = 20
    @Option(help: ArgumentHelp("Go on before the run of this number, which a page names as next.", valueName: "number"))
    var before: Int64?
    @Flag(help: "Have the daemon end the run.") var cancel = false
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        guard (1...CatalogLimits.pageMax).contains(number) else {
            throw ValidationError("-n takes 1 to \(CatalogLimits.pageMax)")
        }
        if cancel, name == nil { throw ValidationError("name the run that is to end") }
        if name != nil, schedule != nil || dataset != nil || !states.isEmpty || before != nil {
            throw ValidationError("a run is named: leave away what chooses among many")
        }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        if let name { return try one(name, context) }
        let states = try self.states.map { text in
            guard let state = RunState(rawValue: text) else {
                throw PerigeeError(
                    .usage, "\"\(text)\" is no state of a run", at: "--state-of",
                    remedy: "write one of \(RunState.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return state
        }
        let catalog = try Catalog.inspect(DaemonState.catalog(global))
        defer { catalog.close() }
        let page = try catalog.runs(
            RunQuery(schedule: schedule, dataset: dataset, states: Set(states), before: before, limit: number))
        try context.finish(written: WebDocuments.runs(page)) { RunText.page(page, $0) }
        return .done
    }

    private func one(_ name: String, _ context: Context) throws -> ExitStatus {
        guard let id = RunID(parsing: name) else {
            throw PerigeeError(
                .usage, "it is no name of a run", at: name, remedy: "write it as SCHEDULE@2026-11-23T22:00:00Z")
        }
        if cancel { _ = try ControlClient.ask(ControlRequest(.cancel, name), state: global.stateFolder) }
        let catalog = try Catalog.inspect(DaemonState.catalog(global))
        defer { catalog.close() }
        guard let row = try catalog.run(id) else {
            throw PerigeeError(.notFound, "there is no such run", at: name, remedy: "perigee runs lists what there is")
        }
        try context.finish(written: WebDocuments.detail(row)) { RunText.one(row, $0) }
        return .done
    }
}
