internal import Model

/// Decides and explains.
public enum Decision {
    /// The decision for a scenario, with its explanation.
    ///
    /// - Parameters:
    ///   - book: the prices, where the scenario holds none itself.
    ///   - deep: also find what would change the decision, and what measuring would be worth.
    /// - Throws: `usage` where it is another book than the scenario names, or lacks a price that is named; `refused` where there is no way, with the rules that
    ///   are in conflict where policies leave none.
    public static func make(_ scenario: Scenario, book: PriceBook, deep: Bool = false) throws -> Explanation {
        let (priced, book, used) = try scenario.priced(by: book)
        do {
            let planner = try Planner(priced)
            return Explainer(planner: planner, book: book, prices: used).explanation(deep: deep)
        } catch let error as PerigeeError where error.code == .refused {
            guard let relaxation = Relaxation(priced) else { throw error }
            var told = error
            told.message += "\n    " + relaxation.sentence
            told.remedy =
                relaxation.relaxes.isEmpty
                ? "offer compute or storage where the rules allow it"
                : "offer compute where the rules allow it, or ask who answers for \(relaxation.relaxes.joined(separator: " or "))"
            throw told
        }
    }

    /// What doing workloads at sites would cost, for schedulers that decide by themselves.
    ///
    /// - Throws: `usage` where a workload or site is not of the scenario, or the book lacks a price that is named.
    public static func locality(_ request: LocalityRequest, _ scenario: Scenario, book: PriceBook) throws
        -> LocalityAnswer
    {
        try LocalityTable(scenario, book: book).answer(request)
    }
}
