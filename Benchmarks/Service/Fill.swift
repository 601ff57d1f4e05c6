internal import ArgumentParser
internal import Catalog
internal import Scheduling

/// Fills a catalog with runs, by the scheduler and the catalog themselves.
struct Fill: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Fill a catalog with runs that have ended.")

    @Option(help: "How many.") var runs = 1_000_000
    @Option(help: "Of so many schedules, in turns.") var schedules = 500
    @Option(help: "The first is due then, in seconds since 1970.") var start: Int64 = 1_600_000_000
    @Argument(help: "The file of the catalog.") var file: String

    /// Runs that are written in one transaction.
    private static let batch = 10_000

    func validate() throws {
        guard (1...100_000_000).contains(runs), (1...10_000).contains(schedules) else {
            throw ValidationError("--runs is 1 to 100000000, --schedules 1 to 10000.")
        }
    }

    func run() throws {
        let catalog = try Catalog.open(file)
        defer { catalog.close() }
        let names = (0..<schedules).map { "schedule-\($0)" }
        let jobs = Dictionary(
            uniqueKeysWithValues: names.enumerated().map {
                ($1, JobSpecification(.replicate, dataset: "dataset-\($0 % 40)", site: "site-\($0 % 7)"))
            })
        var schedulers = try names.map { name in
            var scheduler = Scheduler()
            let rules = try SchedulerRules(schedules: [ScheduleSpecification(name: name)])
            _ = scheduler.use(rules, at: Instant(start))
            return scheduler
        }
        var change = CatalogChange(at: Instant(start))
        change.jobs = jobs
        for number in 0..<runs {
            let index = number % schedules
            let due = Instant(start + Int64(number) * 60)
            change.ended += Self.runOnce(&schedulers[index], names[index], due, isFailing: number % 50 == 0)
            guard change.ended.count >= Self.batch || number == runs - 1 else { continue }
            change.now = due
            try catalog.commit(change)
            change.ended = []
        }
        print("\(runs) runs of \(schedules) schedules are in \(file)")
    }

    /// A run from its begin to its end 50 seconds later.
    private static func runOnce(
        _ scheduler: inout Scheduler, _ name: String, _ due: Instant, isFailing: Bool
    ) -> [RunRecord] {
        let id = RunID(schedule: name, due: due)
        _ = scheduler.handle(.runNow(schedule: name), at: due)
        _ = scheduler.handle(.progress(id, attempt: 1, Spending(bytes: 123_456_789)), at: due + 49)
        let result = isFailing ? AttemptResult.failed("the source went away", canRetry: false) : .succeeded
        return scheduler.handle(.finished(id, attempt: 1, result), at: due + 50).compactMap {
            if case .ended(let record) = $0 { record } else { nil }
        }
    }
}
