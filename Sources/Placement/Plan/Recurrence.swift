/// How often something is moved, by months: tariffs begin anew with each.
struct Recurrence: Hashable, Sendable {
    /// How often in the first month.
    var first = 1.0
    /// How often in each later month.
    var month = 0.0
    /// How many later months there are.
    var months = 0.0

    /// Once.
    static let once = Recurrence()

    /// What tells it from others.
    var words: String { "\(first) \(month) \(months)" }

    /// How often in all.
    var total: Double { first + month * months }
}

extension Scenario.Workload {
    /// How often its data is moved: the first time whole, then for each run a `share` of it, each time in so many passes.
    func recurrence(share: Double = 1, passes: Double = 1) -> Recurrence {
        guard runs > 1 else { return Recurrence(first: passes) }
        // A month in which it runs has a run at least.
        let monthly = max(1, min(runsPerMonth ?? runs, runs))
        return Recurrence(
            first: (1 + share * (monthly - 1)) * passes, month: share * monthly * passes,
            months: share > 0 ? (runs - monthly) / monthly : 0)
    }
}
