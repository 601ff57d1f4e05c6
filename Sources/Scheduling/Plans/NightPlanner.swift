internal import Model

/// The steps of a plan: in which order, what the budget lets in, and what is said of each.
enum NightPlanner {
    /// The jobs by priority, then by due instant, then by name, but none before what it needs.
    ///
    /// What needs itself by a circle comes last.
    static func order(_ jobs: [PlanRequest.Job]) -> [PlanRequest.Job] {
        var rest = jobs.sorted { ($1.priority, $0.due, $0.name) < ($0.priority, $1.due, $1.name) }
        let names = Set(jobs.map(\.name))
        var placed = Set<String>()
        var out: [PlanRequest.Job] = []
        while let index = rest.firstIndex(where: { $0.needs.allSatisfy { placed.contains($0) || !names.contains($0) } })
        {
            let job = rest.remove(at: index)
            placed.insert(job.name)
            out.append(job)
        }
        return out + rest
    }

    /// Divides the jobs into those that may begin and those that may not: for the budget, for a link, for what they need.
    static func admit(
        _ order: [PlanRequest.Job], _ request: PlanRequest
    ) -> (jobs: [PlanRequest.Job], left: [NightPlan.Row]) {
        var (jobs, left): ([PlanRequest.Job], [NightPlan.Row]) = ([], [])
        var spent: [String?: Spending] = [:]
        let names = Set(order.map(\.name))
        for job in order {
            let cost = Spending(bytes: job.bytes.p50.bytes, microdollars: job.cost(of: job.bytes.p50))
            let admitted = Set(jobs.map(\.name))
            if let need = job.needs.first(where: { names.contains($0) && !admitted.contains($0) }) {
                left.append(row(left: job, "it needs \(need), which is not done"))
            } else if let link = job.links.first(where: { request.links[$0] == nil }) {
                left.append(row(left: job, "nothing is known of the link \(link)"))
            } else if let reason = excess(
                job, cost, spent[job.budget] ?? Spending(),
                job.budget.map { request.budgets[$0] ?? Allowance() } ?? request.budget)
            {
                left.append(row(left: job, reason))
            } else {
                jobs.append(job)
                spent[job.budget, default: Spending()].add(cost)
            }
        }
        return (jobs, left)
    }

    /// Why a job does not fit the budget; nil where it does.
    private static func excess(
        _ job: PlanRequest.Job, _ cost: Spending, _ spent: Spending, _ budget: Allowance
    ) -> String? {
        if let most = budget.bytes, spent.bytes.addingClamped(cost.bytes) > most {
            let rest = ByteCount(most > spent.bytes ? most - spent.bytes : 0)
            return "it would move \(job.bytes.p50), and the budget has \(rest) left"
        }
        if let most = budget.microdollars, cost.microdollars > 0, most - spent.microdollars < cost.microdollars {
            return "it would cost \(money(cost.microdollars)), and the budget has "
                + "\(money(max(0, most - spent.microdollars))) left"
        }
        return nil
    }

    private static func row(left job: PlanRequest.Job, _ reason: String) -> NightPlan.Row {
        NightPlan.Row(
            name: job.name, verdict: .left, start: nil, end: nil, bytes: .zero, microdollars: 0, reason: reason)
    }

    /// What is said of a job whose courses, of usual and of large size, are known.
    static func row(
        _ job: PlanRequest.Job, _ usual: NightFlow.Course, _ large: NightFlow.Course, _ request: PlanRequest
    ) -> NightPlan.Row {
        let moved = ByteCount(UInt64(min(max(0, usual.moved.rounded()), Double(job.bytes.p50.bytes))))
        let (verdict, reason) = judge(job, usual, large, moved, request)
        return NightPlan.Row(
            name: job.name, verdict: verdict, start: usual.start.map { instant($0, request) },
            end: usual.end.map { instant($0, request) }, bytes: moved, microdollars: job.cost(of: moved), reason: reason
        )
    }

    private static func judge(
        _ job: PlanRequest.Job, _ usual: NightFlow.Course, _ large: NightFlow.Course, _ moved: ByteCount,
        _ request: PlanRequest
    ) -> (NightPlan.Verdict, String) {
        let close = request.window.upperBound
        if usual.start == nil { return (.left, "its turn does not come before the window closes at \(close)") }
        guard let end = usual.end else {
            return (.carriedOver, "\(moved) of \(job.bytes.p50) are moved when the window closes at \(close)")
        }
        let usualEnd = instant(end, request)
        if let end = large.end {
            let late = instant(end, request)
            return (
                .fits, "it ends at \(usualEnd)" + (late == usualEnd ? "" : ", and at \(late) if it is \(job.bytes.p90)")
            )
        }
        return (.likely, "it ends at \(usualEnd), but not in the window if it is \(job.bytes.p90)")
    }

    /// Seconds after the window's opening as an instant, rounded up.
    private static func instant(_ seconds: Double, _ request: PlanRequest) -> Instant {
        request.window.lowerBound + Int64(min(seconds, 1e12).rounded(.up))
    }

    /// `$12.30`.
    static func money(_ microdollars: Int64) -> String { "$\(Quantity.decimal(Double(microdollars) / 1e6, places: 2))" }
}
