public import Model

/// All schedules and budgets, checked against each other.
public struct SchedulerRules: Sendable {
    /// The schedules, in the order of their names.
    public let schedules: [ScheduleSpecification]
    /// The budgets, in the order of their names.
    public let budgets: [BudgetRule]
    /// How many runs may work at once.
    public let runsMax: Int
    /// What makes two installations with the same names spread their runs differently; kept the same by each of them.
    public let salt: UInt64

    /// The positions of schedules by their names.
    let positions: [String: Int]
    /// For each schedule the positions of those that need it.
    let dependents: [[Int]]

    /// The most schedules.
    public static let schedulesMax = 100_000

    /// Rules.
    ///
    /// - Throws: `usage` where two have one name, or one names what is not there, needs itself by a circle, or has needs
    ///   whose runs are not due together.
    public init(
        schedules: [ScheduleSpecification], budgets: [BudgetRule] = [], runsMax: Int = 16, salt: UInt64 = 0
    ) throws(PerigeeError) {
        self.schedules = schedules.sorted { $0.name < $1.name }
        self.budgets = budgets.sorted { $0.name < $1.name }
        self.runsMax = max(1, runsMax)
        self.salt = salt
        guard schedules.count <= Self.schedulesMax else {
            throw PerigeeError(
                .limit, "there are \(schedules.count) schedules", remedy: "write at most \(Self.schedulesMax)")
        }
        var positions: [String: Int] = [:]
        for (index, schedule) in self.schedules.enumerated() {
            guard positions.updateValue(index, forKey: schedule.name) == nil else {
                throw Self.fault(schedule, "two schedules have this name", "rename one of them")
            }
        }
        self.positions = positions
        var dependents = [[Int]](repeating: [], count: schedules.count)
        for (index, schedule) in self.schedules.enumerated() {
            for need in schedule.needs {
                guard let position = positions[need] else {
                    throw Self.fault(schedule, "it needs \(need), which is no schedule", "name one that there is")
                }
                dependents[position].append(index)
            }
        }
        self.dependents = dependents
        for schedule in self.schedules { try check(schedule) }
    }

    private func check(_ schedule: ScheduleSpecification) throws(PerigeeError) {
        if let budget = schedule.budget, !budgets.contains(where: { $0.name == budget }) {
            throw Self.fault(schedule, "it uses \(budget), which is no budget", "name one that there is")
        }
        guard !schedule.needs.isEmpty else { return }
        if schedule.timetable != nil {
            throw Self.fault(
                schedule, "it needs other schedules, and has a time of its own",
                "take its time away: its runs are due with those that they need")
        }
        var known: [String: Set<String>] = [:]
        if try heads(of: schedule, path: [], &known).count > 1 {
            throw Self.fault(
                schedule, "what it needs is due at different times", "let all that it needs lead back to one schedule")
        }
    }

    /// The schedules without needs that `schedule` goes back to.
    private func heads(
        of schedule: ScheduleSpecification, path: [String], _ known: inout [String: Set<String>]
    ) throws(PerigeeError) -> Set<String> {
        if let heads = known[schedule.name] { return heads }
        if path.contains(schedule.name) {
            throw Self.fault(
                schedule, "it needs itself: \((path + [schedule.name]).joined(separator: " needs "))",
                "take one of these needs away")
        }
        var out = Set<String>()
        if schedule.needs.isEmpty { out.insert(schedule.name) }
        for need in schedule.needs {
            guard let position = positions[need] else { continue }
            out.formUnion(try heads(of: schedules[position], path: path + [schedule.name], &known))
        }
        known[schedule.name] = out
        return out
    }

    /// The budget with a name.
    func budget(_ name: String?) -> BudgetRule? { name.flatMap { name in budgets.first { $0.name == name } } }

    private static func fault(
        _ schedule: ScheduleSpecification, _ message: String, _ remedy: String
    ) -> PerigeeError { PerigeeError(.usage, message, at: "schedule \(schedule.name)", remedy: remedy) }
}
