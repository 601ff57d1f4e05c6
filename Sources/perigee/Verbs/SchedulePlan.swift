internal import ArgumentParser
internal import Catalog
internal import Model
internal import Replication
internal import Scheduling
internal import Service
internal import Workers

/// Says what will fit into the coming hours.
struct SchedulePlan: Verb {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say which of the schedules that are due within a day will fit into their hours and budget.",
        discussion: """
            Estimates each by what its destination lacks now, as perigee estimate does, and moves nothing. Then it goes through \
            the hours with all of them: by priority, sharing links, within what is left of their budgets. What has no \
            known price is not begun by a budget of money.

            EXAMPLES
              perigee schedule plan
              perigee schedule plan --json
            """)

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let loaded = try NamedSites.current.loaded()
        let settings = try ServiceSettings(loaded.configuration, file: loaded.path, zones: SystemZones.table)
        let children = ChildEstimates(
            program: OwnProgram.path,
            options: ["--config", Moves.absolute(loaded.path), "--state", Moves.absolute(global.stateFolder)])
        let (replicas, state) = known()
        let planner = TonightPlanner(settings, known: replicas, state: state) { job, from in
            try context.stop.check()
            return try children.estimate(job, from: from)
        }
        let plan = planner.plan(at: Instant(SystemClock.now()))
        try context.stop.check()
        try context.finish(plan) { Self.text(plan, $0) }
        return .done
    }

    /// What the daemon knows of replicas, and of schedules; nothing where none has worked yet.
    private func known() -> ([KnownReplica], SchedulerState) {
        guard let catalog = try? Catalog.inspect(DaemonState.catalog(global)) else { return ([], SchedulerState()) }
        defer { catalog.close() }
        return ((try? catalog.replicas()) ?? [], (try? catalog.schedulerState()) ?? SchedulerState())
    }

    private static func text(_ plan: TonightPlan, _ style: Style) -> String {
        guard !plan.rows.isEmpty else { return "no schedule is due within a day\n" }
        var table = Table(
            ("SCHEDULE", .left), ("WORK", .left), ("DUE", .left), ("VERDICT", .left), ("ENDS", .left),
            ("EXPECTED", .right), ("MOVES", .right), ("COST", .right), ("WHY", .left))
        for row in plan.rows {
            table.row(
                row.schedule, row.work, row.due, row.verdict, row.end ?? "",
                row.expected.map { "\(Format.size($0.p50)) (to \(Format.size($0.p90)))" } ?? "",
                Format.size(row.bytes), cost(row.microdollars), row.reason)
        }
        let head =
            "\(style.strong("tonight"))  from \(plan.opens) to \(plan.closes), \(Format.size(plan.bytes)), "
            + "cost \(cost(plan.microdollars))\n"
        let budgets = plan.budgets.map { budget in
            let left = [budget.bytes.map { Format.size($0) }, budget.microdollars.map { cost($0) }].compactMap { $0 }
            return "budget \(budget.name)  \(left.isEmpty ? "without limit" : left.joined(separator: ", ") + " left")\n"
        }
        return head + table.rendered(style) + budgets.joined()
    }

    private static func cost(_ microdollars: Int64?) -> String {
        microdollars.map { "\(Money(micros: $0))" } ?? "unknown"
    }
}
