internal import Model

extension Explainer {
    /// An option of a workload, all other workloads being as decided.
    struct Compared {
        var index: Int
        var option: PlacementOption
        var lines: CostLines
        /// What all would cost.
        var total: Money
        var value: PairwiseProblem.Value
        /// When the workload would end.
        var ends: Double
    }

    /// What was decided for a workload, and why.
    func choice(_ workload: Int, _ samples: SampleSet, deep: Bool) -> Explanation.Choice {
        let work = scenario.workloads[workload]
        let all = compared(workload)
        let chosen = all[0]
        let rivals = Array(all.dropFirst())
        let limit = scenario.limit(work)
        // What is in time in the middle, if not as surely as is asked, is the best wherever it is in time.
        let isAlone = pairs[workload].isEmpty && compiled.problem.capacities.isEmpty
        let possible =
            [chosen] + rivals.filter { $0.value.isPossible || (isAlone && $0.ends <= limit) }.prefix(comparedMax - 1)
        let drawn = draw(possible, work, samples, ends: chosen.ends)
        let site = scenario.sites[chosen.option.site]
        let received = receipts(workload, chosen.index)
        let columns = ([chosen] + bestOfSites(rivals, but: chosen.option.site)).map { column($0, workload) }
        return Explanation.Choice(
            workload: work.name, site: site.name, offer: site.offers[chosen.option.offer].name,
            way: chosen.option.way.rawValue,
            detail: chosen.option.detail, sentence: sentence(work, chosen, rivals, drawn, received),
            begins: max(0, chosen.ends - chosen.option.work),
            ends: chosen.ends, money: chosen.lines.total, bytes: bytes(chosen, workload),
            stages: chosen.option.staging.map { stage(compiled.staging[$0]) },
            receives: received, waits: chosen.option.wait,
            carbonGrams: site.carbon == nil ? nil : chosen.option.carbon, best: drawn.best[0], regret: drawn.regret,
            inTime: work.deadline == nil && scenario.objective.deadline == nil ? nil : drawn.inTime,
            worthKnowing: deep ? worth(possible, work, chosen.ends) : [],
            waterfall: columns,
            whyNot: whyNot(
                workload, chosen, rivals, Dictionary(zip(possible.map(\.index), drawn.best)) { first, _ in first }))
    }

    /// The chosen option first, then the others by what all would cost with them; of those of one name only the best.
    private func compared(_ workload: Int) -> [Compared] {
        let aim = Planner.aim(scenario.objective)
        let options = compiled.options[workload]
        var state = state
        let values = options.indices.map { state.value(workload, $0) }
        let others = options.indices.filter {
            $0 != assignment[workload] && values[$0].cost < PairwiseProblem.forbidden
        }.sorted { a, b in
            if values[a].isPossible != values[b].isPossible { return values[a].isPossible }
            let (x, y) = (
                aim.rank(values[a].cost, values[a].finish, values[a].bytes),
                aim.rank(values[b].cost, values[b].finish, values[b].bytes)
            )
            return x < y || (x == y && a < b)
        }
        var seen: Set<String> = []
        return ([assignment[workload]] + others).filter { index in
            let option = options[index]
            return seen.insert("\(option.site) \(option.offer) \(option.name(in: scenario))").inserted
        }.map { index in
            Compared(
                index: index, option: options[index], lines: lines(workload, index, &state),
                total: Money(micros: values[index].cost), value: values[index], ends: ends(workload, index))
        }
    }

    /// When a workload would end with a choice.
    private func ends(_ workload: Int, _ index: Int) -> Double {
        let options = compiled.options[workload]
        // What it waits for ends when it did: nothing of that waits for this one.
        let begin = pairs[workload].reduce(options[index].ready) { begin, number in
            let edge = compiled.problem.edges[number]
            guard edge.to == workload else { return begin }
            let wait = edge.wait(assignment[edge.from], index, of: options.count, sure: false)
            return max(begin, planner.ends[edge.from] + wait)
        }
        return begin + options[index].work
    }

    /// What a choice costs by line: its own, the staging that nobody else needs, and moves of what it reads and makes.
    private func lines(_ workload: Int, _ index: Int, _ state: inout AssignmentState) -> CostLines {
        var out = compiled.options[workload][index].lines
        for shared in alone(workload, index) { out += compiled.staging[shared].lines }
        for (number, at) in handedOn(workload, index) {
            if let plan = compiled.moves[number][at] {
                out += plan.lines(scenario.workloads[compiled.problem.edges[number].to].recurrence())
            }
        }
        if !compiled.problem.meters.isEmpty {
            let more = state.excess(workload, index) - state.excess(without: workload)
            out[.sharing] = Money(micros: more)
        }
        return out
    }

    /// What is brought for a choice and paid with it: its own moves, staging that nobody else needs, moves of outputs.
    private func paidMoves(_ workload: Int, _ index: Int) -> [MovePlan] {
        var out = compiled.options[workload][index].data
        out += alone(workload, index).map { compiled.staging[$0].plan }
        for (number, at) in handedOn(workload, index) {
            guard var plan = compiled.moves[number][at] else { continue }
            plan.recurrence = scenario.workloads[compiled.problem.edges[number].to].recurrence()
            out.append(plan)
        }
        return out
    }

    /// The shared staging that is paid with a choice, because nobody else needs it.
    private func alone(_ workload: Int, _ index: Int) -> [Int] {
        let own = Set(compiled.options[workload][assignment[workload]].staging)
        return Set(compiled.options[workload][index].staging).sorted().filter {
            stagers[$0] == (own.contains($0) ? 1 : 0)
        }
    }

    /// The moves of outputs to and from a workload with a choice: the edge, and where its plan is.
    private func handedOn(_ workload: Int, _ index: Int) -> [(edge: Int, at: Int)] {
        pairs[workload].map { number in
            let edge = compiled.problem.edges[number]
            let from = edge.from == workload ? index : assignment[edge.from]
            let to = edge.to == workload ? index : assignment[edge.to]
            return (number, from * compiled.problem.choices[edge.to].count + to)
        }
    }

    private func bytes(_ one: Compared, _ workload: Int) -> UInt64 {
        one.option.staging.reduce(one.option.bytes) { MovePlan.sum($0, compiled.staging[$1].plan.bytes) }
    }

    private func stage(_ shared: SharedStaging) -> Explanation.Stage {
        var sent: [String: UInt64] = [:]
        for part in shared.plan.parts { sent[scenario.sites[part.route.from].name, default: 0] += part.bytes }
        return Explanation.Stage(
            dataset: scenario.datasets[shared.dataset].name,
            from: sent.map { .init(site: $0.key, bytes: $0.value) }.sorted {
                ($1.bytes, $0.site) < ($0.bytes, $1.site)
            },
            bytes: shared.plan.bytes,
            seconds: shared.plan.seconds, money: shared.lines.total)
    }

    /// What comes from other workloads to one with a choice.
    private func receipts(_ workload: Int, _ index: Int) -> [Explanation.Receipt] {
        handedOn(workload, index).compactMap { number, at in
            let edge = compiled.problem.edges[number]
            guard edge.to == workload, let plan = compiled.moves[number][at] else { return nil }
            let maker = scenario.workloads[edge.from].name + "."
            let work = scenario.workloads[workload]
            return Explanation.Receipt(
                outputs: work.reads.map(\.name).filter { $0.hasPrefix(maker) }, route: plan.name, bytes: plan.bytes,
                seconds: plan.seconds, money: plan.lines(work.recurrence()).total)
        }
    }

    func name(_ option: PlacementOption) -> String { option.name(in: scenario) }

    private func column(_ one: Compared, _ workload: Int) -> Explanation.Column {
        var lines: [String: Money] = [:]
        var inputs: [String: String] = [:]
        let words = LineInputs(compiled, scenario.workloads[workload], one.option, paidMoves(workload, one.index))
        for line in CostLine.allCases where one.lines[line] != .zero {
            lines[line.name] = one.lines[line]
            if !isLarge, let text = words.text(line) { inputs[line.name] = text }
        }
        return Explanation.Column(option: name(one.option), lines: lines, inputs: inputs, total: one.lines.total)
    }

    private func bestOfSites(_ rivals: [Compared], but site: Int) -> [Compared] {
        var seen: Set<Int> = [site]
        return Array(rivals.filter { seen.insert($0.option.site).inserted }.prefix(4))
    }

    private func sentence(
        _ work: Scenario.Workload, _ chosen: Compared, _ rivals: [Compared], _ drawn: Drawn,
        _ received: [Explanation.Receipt]
    ) -> String {
        let site = scenario.sites[chosen.option.site]
        let others = received.map { ", \($0.outputs.joined(separator: " and ")) \($0.route)" }
        let data = (chosen.option.detail.isEmpty ? "" : ", data \(chosen.option.detail)") + others.joined()
        var out =
            "\(chosen.option.way.rawValue): \(work.name) at \(site.name) on \(site.offers[chosen.option.offer].name)\(data)"
        if chosen.option.wait > 0 { out += ", begun \(Durations.text(chosen.option.wait)) from now" }
        out +=
            work.runs == 1
            ? "; $\(chosen.lines.total.cents) and \(Durations.text(chosen.ends))"
            : "; $\(chosen.lines.total.cents) for \(LineInputs.number(work.runs)) runs, the first done after \(Durations.text(chosen.ends))"
        if let next = rivals.first(where: { $0.option.site != chosen.option.site && $0.value.isPossible }) {
            let saving = next.total - chosen.total
            let place = scenario.sites[next.option.site].name
            if saving > .zero {
                out += ", $\(saving.cents) less than at \(place)"
            } else if next.ends > chosen.ends {
                out += ", \(Durations.text(next.ends - chosen.ends)) earlier than at \(place)"
            }
        }
        if let deadline = work.deadline ?? scenario.objective.deadline {
            out += ", \(Durations.text(max(0, deadline - chosen.ends))) before its deadline"
            out += " (kept in \(Quantity.decimal(drawn.inTime * 100, places: 0)) % of cases)"
        }
        return out + "; best in \(Quantity.decimal(drawn.best[0] * 100, places: 0)) % of cases"
    }

    /// What samples say of several options.
    struct Drawn {
        /// How often each is the best.
        var best: [Double]
        /// What the first costs more than the best on average.
        var regret: Money
        /// How often the first keeps its deadline.
        var inTime: Double
    }

    private func draw(_ options: [Compared], _ work: Scenario.Workload, _ samples: SampleSet, ends: Double) -> Drawn {
        let deadline = scenario.limit(work)
        let start = compiled.startSecond
        var wins = options.map { _ in 0 }
        var regret = 0.0
        var kept = 0
        for sample in 0..<samples.count {
            var scores: [Double] = []
            for (index, one) in options.enumerated() {
                let outcome = samples.outcome(one.option, work, one.total, one.lines, sample, startSecond: start)
                // What it waits for besides, as others decide, stays as it is.
                let end = one.ends + outcome.seconds - (one.option.ready + one.option.work)
                if index == 0, end <= deadline { kept += 1 }
                scores.append(index == 0 || end <= deadline ? score(outcome.dollars, end) : .infinity)
            }
            let least = scores.min() ?? 0
            regret += scores[0] - least
            // Of equals the one that was preferred.
            wins[scores.firstIndex { $0 <= least + 1e-9 } ?? 0] += 1
        }
        let count = Double(samples.count)
        let dollars = scenario.objective.aim == .time ? 0 : regret / count
        return Drawn(
            best: wins.map { Double($0) / count }, regret: Money(nearestDollars: dollars), inTime: Double(kept) / count)
    }

    private func score(_ dollars: Double, _ seconds: Double) -> Double {
        switch scenario.objective.aim {
        case .cost: dollars
        case .time: seconds
        case .weighted: dollars + scenario.objective.hourValue.dollarsAnHour * seconds / 3600
        }
    }

    /// What knowing one input for sure would save on average.
    private func worth(_ options: [Compared], _ work: Scenario.Workload, _ ends: Double) -> [Explanation.Worth] {
        var inputs: [(SampleSet.Input, String)] = []
        let used = Set(
            options.flatMap {
                ($0.option.moves + $0.option.streams).flatMap { $0.parts.flatMap { $0.route.legs.map(\.link) } }
            })
        for link in used.sorted() where link >= 0 && scenario.links[link].sigma > 0 {
            inputs.append(
                (
                    .link(link),
                    "the rate of the link \(scenario.links[link].from) -> \(scenario.links[link].to), by a probe"
                ))
        }
        if work.variation > 0 { inputs.append((.runtime, "the runtime of \(work.name)")) }
        if options.contains(where: { $0.option.error > 0 }) {
            inputs.append((.delta, "the bytes that are really missing, by a full scan"))
        }
        if options.contains(where: { $0.option.queue.p90 > $0.option.queue.middle }) {
            inputs.append((.queue, "the time until a slot is free"))
        }
        return inputs.map { input, name in
            Explanation.Worth(
                input: name, money: draw(options, work, SampleSet(scenario, only: input), ends: ends).regret)
        }.filter { $0.money > .zero }.sorted { ($1.money, $0.input) < ($0.money, $1.input) }
    }

    private func whyNot(_ workload: Int, _ chosen: Compared, _ rivals: [Compared], _ best: [Int: Double])
        -> [Explanation
        .Alternative]
    {
        var out = rivals.map { one in
            Explanation.Alternative(
                site: scenario.sites[one.option.site].name,
                offer: scenario.sites[one.option.site].offers[one.option.offer].name,
                way: one.option.way.rawValue, option: name(one.option), money: one.total, seconds: one.ends,
                reason: reason(workload, one, chosen),
                best: best[one.index] ?? 0, denial: nil)
        }
        // Of what keeps only some ways away, what the choice could have used, and what keeps data out of a site.
        let here = scenario.sites[chosen.option.site].name
        let rejections = compiled.rejections[workload]
        out += rejections.filter {
            $0.route == nil && (!$0.isPartial || $0.site == here || $0.denial?.site == $0.site)
        }.map(alternative)
        guard !isLarge else { return out }
        // Routes that others are better than, at the sites of the waterfall; relays, which nobody named, where it goes.
        let shown = ([chosen] + bestOfSites(rivals, but: chosen.option.site)).map {
            scenario.sites[$0.option.site].name
        }
        let beaten = shown.flatMap { site in
            rejections.filter { $0.route != nil && $0.site == site && (site == here || !$0.isRelayed) }
        }
        return out + beaten.prefix(Self.beatenMax).map(alternative)
    }

    private func alternative(_ rejection: Rejection) -> Explanation.Alternative {
        Explanation.Alternative(
            site: rejection.site, offer: nil, way: nil,
            option: rejection.site + (rejection.route.map { ": " + $0 } ?? ""), money: nil, seconds: nil,
            reason: rejection.reason, best: nil, denial: rejection.denial)
    }

    /// The binding constraint, or the line that costs most more.
    private func reason(_ workload: Int, _ one: Compared, _ chosen: Compared) -> String {
        if !one.value.isPossible {
            let deadline = scenario.limit(scenario.workloads[workload])
            if one.ends > deadline { return "it would end \(Durations.text(one.ends - deadline)) after its deadline" }
            if compiled.problem.isTimed { return "it would not keep the deadlines as surely as is asked" }
            return "the offer is taken by others"
        }
        if scenario.objective.aim == .time, one.value.finish > chosen.value.finish {
            return "all would end \(Durations.text(one.value.finish - chosen.value.finish)) later"
        }
        let more = one.total - chosen.total
        if more > .zero, more < Money(micros: 5_000) { return "it costs less than a cent more" }
        let differences = CostLine.allCases.map { (line: $0, more: one.lines[$0] - chosen.lines[$0]) }
        if let most = differences.max(by: { ($0.more, $1.line.rawValue) < ($1.more, $0.line.rawValue) }),
            most.more > .zero, more > .zero
        {
            return "\(most.line.name) \(most.line.verb) $\(most.more.cents) more; $\(more.cents) in all"
        }
        if more == .zero, one.ends > chosen.ends {
            return "it costs the same, and ends \(Durations.text(one.ends - chosen.ends)) later"
        }
        if more > .zero { return "it costs $\(more.cents) more in all" }
        if scenario.objective.aim == .weighted { return "its time weighs more than what it saves" }
        return "it costs the same"
    }
}

extension PlacementOption {
    /// In words: `berlin on a100: stage and keep, from paris on crate, 12 h later`; the offer where its site has several, and
    /// what carries the data where that is no direct link.
    func name(in scenario: Scenario) -> String {
        let site = scenario.sites[site]
        let offer = site.offers.count > 1 ? " on \(site.offers[offer].name)" : ""
        let later = wait > 0 ? ", \(Durations.text(wait)) later" : ""
        // What travels on a device, by a relay, or over a link that would be rented, is another thing than what is sent.
        let carried = (moves + streams).flatMap(\.parts).map(\.route).filter {
            $0.capacity != nil || $0.delay > 0 || $0.relay != nil
        }
        let carrier = carried.first.map { ", \($0.name)" } ?? ""
        return "\(site.name)\(offer): \(way.rawValue)\(carrier)\(later)"
    }
}
