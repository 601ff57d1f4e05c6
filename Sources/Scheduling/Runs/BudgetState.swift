/// What was used of a budget in the nights and months around now.
public struct BudgetState: Hashable, Sendable, Codable {
    /// What was used in a night or month with a number.
    struct Entry: Hashable, Sendable, Codable {
        var number: Int64
        var spent: Spending
    }

    /// The name of the budget.
    public let name: String
    private var nights: [Entry] = []
    private var months: [Entry] = []

    /// How many nights and months are remembered.
    ///
    /// More than one, so that clocks that are put forward and back again do not
    /// give a budget anew.
    private static let entriesMax = 8

    init(name: String) { self.name = name }

    /// What was used in the night with a number.
    func spent(inNight number: Int64) -> Spending { Self.spent(nights, number) }

    /// What was used in the month with a number.
    func spent(inMonth number: Int64) -> Spending { Self.spent(months, number) }

    /// Notes that `more` was used.
    mutating func add(_ more: Spending, night: Int64, month: Int64) {
        Self.add(more, to: &nights, night)
        Self.add(more, to: &months, month)
    }

    private static func spent(_ entries: [Entry], _ number: Int64) -> Spending {
        entries.first { $0.number == number }?.spent ?? Spending()
    }

    private static func add(_ more: Spending, to entries: inout [Entry], _ number: Int64) {
        if let index = entries.firstIndex(where: { $0.number == number }) {
            entries[index].spent.add(more)
            return
        }
        entries.append(Entry(number: number, spent: more))
        guard entries.count > entriesMax else { return }
        let furthest = entries.indices.max {
            (entries[$0].number - number).magnitude < (entries[$1].number - number).magnitude
        }
        if let furthest { entries.remove(at: furthest) }
    }
}

extension SchedulerState {
    /// What `budget` still gives in the night and the month in which `instant` lies.
    public func left(of budget: BudgetRule, at instant: Instant) -> Allowance {
        guard let spent = budgets.first(where: { $0.name == budget.name }) else {
            return budget.night.meet(budget.month)
        }
        let night = budget.night(at: instant)
        let month = budget.month(ofNight: night)
        return budget.night.left(after: spent.spent(inNight: night))
            .meet(budget.month.left(after: spent.spent(inMonth: month)))
    }
}
