public import Catalog
internal import Configurations
internal import Model
public import Scheduling

/// Plans the coming hours: which of the schedules that are due will fit, by what their destinations lack now.
public struct TonightPlanner {
    private let settings: ServiceSettings
    private let known: [KnownReplica]
    private let state: SchedulerState
    private let estimate: (JobSpecification, String?) throws -> WorkEstimate

    /// How far is looked ahead, in seconds.
    private static let horizon: Int64 = 86_400

    /// A planner; `estimate` says what a job would need, with the site that the data would come from.
    ///
    /// - Parameter state: What is remembered of schedules: what was used of budgets counts.
    public init(
        _ settings: ServiceSettings, known: [KnownReplica], state: SchedulerState = SchedulerState(),
        estimate: @escaping (JobSpecification, String?) throws -> WorkEstimate
    ) {
        self.settings = settings
        self.known = known
        self.state = state
        self.estimate = estimate
    }

    /// A schedule that is due, and what it would need.
    private struct Candidate {
        let planned: PlannedSchedule
        let due: Instant
        let closes: Instant
        var needed: WorkEstimate?
        var failure: String?
        var from: String?

        /// Why it may not begin whose budget is of money, and whose price nobody knows.
        var unpriced: String?
    }

    /// The plan from `now` on.
    public func plan(at now: Instant) -> TonightPlan {
        var candidates = due(after: now)
        for index in candidates.indices {
            let job = candidates[index].planned.job
            candidates[index].from = job.verb.moves ? SourceSite.of(job, settings.configuration, known) : nil
            do {
                let needed = try estimate(job, candidates[index].from)
                candidates[index].needed = needed
                if needed.money == nil, let budget = budget(of: candidates[index].planned), budget.isOfMoney {
                    candidates[index].unpriced =
                        "the budget \(budget.name) is of money, and "
                        + (needed.pricing.isEmpty ? "the price is unknown" : needed.pricing)
                }
            } catch {
                candidates[index].failure = (error as? PerigeeError)?.message ?? "\(error)"
            }
        }
        let opens = candidates.map(\.due).min() ?? now
        let closes = max(candidates.map(\.closes).max() ?? now + Self.horizon, opens + 1)
        let plan = NightPlan(request(candidates, opens..<closes))
        let rows = rows(plan, candidates)
        let money = rows.map(\.microdollars)
        return TonightPlan(
            opens: opens.rfc3339, closes: closes.rfc3339, rows: rows, bytes: plan.bytes.bytes,
            microdollars: money.contains(nil) ? nil : plan.microdollars, budgets: budgets(at: opens))
    }

    /// What is due within a day, and what follows it.
    private func due(after now: Instant) -> [Candidate] {
        var dues: [String: (due: Instant, closes: Instant)] = [:]
        for planned in settings.schedules {
            let rule = planned.specification
            guard let timetable = rule.timetable else { continue }
            // A night that has begun is the coming one as long as it is open.
            let begun = timetable.night(of: now).flatMap { $0.contains(now) ? $0.lowerBound : nil }
            guard let due = begun ?? timetable.next(after: now), due < now + Self.horizon else { continue }
            let window = rule.window.flatMap {
                $0.window.open(at: due, in: rule.zone) ?? $0.window.next(after: due, in: rule.zone)
            }
            dues[rule.name] = (max(due, now), window?.upperBound ?? due + Self.horizon)
        }
        // Those that follow others have their time; rules go in the order in which needs lead back.
        for _ in settings.schedules {
            for rule in settings.schedules.map(\.specification) where dues[rule.name] == nil && !rule.needs.isEmpty {
                let needs = rule.needs.compactMap { dues[$0] }
                if needs.count == rule.needs.count, let first = needs.first { dues[rule.name] = first }
            }
        }
        return settings.schedules.compactMap { planned in
            dues[planned.specification.name].map { Candidate(planned: planned, due: $0.due, closes: $0.closes) }
        }
    }

    private func request(_ candidates: [Candidate], _ window: Range<Instant>) -> PlanRequest {
        var links: [String: ByteRate] = [:]
        let jobs = candidates.compactMap { candidate -> PlanRequest.Job? in
            guard let needed = candidate.needed, candidate.unpriced == nil else { return nil }
            let rule = candidate.planned.specification
            var passes: [String] = []
            // How fast the estimate takes it to be, by what was measured.
            if needed.seconds.p50 > 0, needed.bytes.p50 > 0 {
                let own = "estimate of \(rule.name)"
                links[own] = ByteRate(bytesPerSecond: Double(needed.bytes.p50) / needed.seconds.p50)
                passes.append(own)
            }
            if let from = candidate.from,
                let link = settings.configuration.link(from: from, to: candidate.planned.job.site)?.bandwidth
            {
                let name = "\(from) -> \(candidate.planned.job.site)"
                links[name] = link
                passes.append(name)
            }
            var job = PlanRequest.Job(
                name: rule.name, bytes: needed.bytes.map { ByteCount($0) }, links: passes, priority: rule.priority,
                weight: rule.weight, needs: rule.needs, due: candidate.due)
            job.microdollars = needed.money?.p50.micros
            job.budget = rule.budget
            return job
        }
        var request = PlanRequest(jobs: jobs, links: links, window: window, jobsMax: settings.rules.runsMax)
        for budget in settings.rules.budgets {
            request.budgets[budget.name] = state.left(of: budget, at: window.lowerBound)
        }
        return request
    }

    private func budget(of planned: PlannedSchedule) -> BudgetRule? {
        planned.specification.budget.flatMap { name in settings.rules.budgets.first { $0.name == name } }
    }

    /// What budgets still give in the night and the month in which these hours begin.
    private func budgets(at opens: Instant) -> [TonightPlan.Budget] {
        settings.rules.budgets.map { budget in
            let left = state.left(of: budget, at: opens)
            return TonightPlan.Budget(name: budget.name, bytes: left.bytes, microdollars: left.microdollars)
        }
    }

    private func rows(_ plan: NightPlan, _ candidates: [Candidate]) -> [TonightPlan.Row] {
        let byName = Dictionary(candidates.map { ($0.planned.specification.name, $0) }) { first, _ in first }
        let planned = plan.rows.compactMap { row -> TonightPlan.Row? in
            guard let candidate = byName[row.name] else { return nil }
            return TonightPlan.Row(
                schedule: row.name, work: "\(candidate.planned.job)", due: candidate.due.rfc3339,
                verdict: row.verdict.rawValue, start: row.start?.rfc3339, end: row.end?.rfc3339,
                expected: candidate.needed.map { .init(p10: $0.bytes.p10, p50: $0.bytes.p50, p90: $0.bytes.p90) },
                bytes: row.bytes.bytes, microdollars: candidate.needed?.money == nil ? nil : row.microdollars,
                reason: row.reason)
        }
        let others = candidates.filter { $0.needed == nil || $0.unpriced != nil }.map { candidate in
            TonightPlan.Row(
                schedule: candidate.planned.specification.name, work: "\(candidate.planned.job)",
                due: candidate.due.rfc3339, verdict: candidate.needed == nil ? "unknown" : "left", start: nil, end: nil,
                expected: candidate.needed.map { .init(p10: $0.bytes.p10, p50: $0.bytes.p50, p90: $0.bytes.p90) },
                bytes: 0, microdollars: nil, reason: candidate.unpriced ?? candidate.failure ?? "")
        }
        return planned + others
    }
}
