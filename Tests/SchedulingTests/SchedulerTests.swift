import Scheduling
import TestSupport
import Testing

@Suite("The scheduler")
struct SchedulerTests {
    private let noon = Instant(1_780_315_200)  // 2026-06-01T12:00:00Z

    private func schedule(
        _ name: String, _ text: String = "0 * * * *", _ change: (inout ScheduleSpecification) -> Void = { _ in }
    ) throws -> ScheduleSpecification {
        var out = ScheduleSpecification(name: name, timetable: Timetable(try Recurrence(parsing: text), in: .utc))
        change(&out)
        return out
    }

    private func chained(_ name: String, _ needs: [String]) -> ScheduleSpecification {
        var out = ScheduleSpecification(name: name)
        out.needs = needs
        return out
    }

    private func scheduler(
        _ schedules: [ScheduleSpecification], budgets: [BudgetRule] = [], runsMax: Int = 16
    ) throws -> Scheduler {
        var scheduler = Scheduler()
        _ = scheduler.use(try SchedulerRules(schedules: schedules, budgets: budgets, runsMax: runsMax), at: noon)
        return scheduler
    }

    private func starts(_ effects: [SchedulerEffect]) -> [String] {
        effects.compactMap { if case .start(let id, _, _) = $0 { id.schedule } else { nil } }
    }

    private func ends(_ effects: [SchedulerEffect]) -> [String] {
        effects.compactMap {
            if case .ended(let record) = $0 {
                "\(record.id.schedule) \(record.outcome.rawValue)\(record.reason.isEmpty ? "" : ": \(record.reason)")"
            } else {
                nil
            }
        }
    }

    private func missed(_ effects: [SchedulerEffect]) -> [MissedRuns] {
        effects.compactMap { if case .missed(let runs) = $0 { runs } else { nil } }
    }

    @Test("starts a run when it is due, once, and says when it wants to be woken")
    func due() throws {
        var it = try scheduler([try schedule("a")])
        #expect(it.wake <= noon + 3600)
        #expect(it.handle(.tick, at: noon + 3599) == [])
        #expect(it.wake == noon + 3600)
        let run = RunID(schedule: "a", due: noon + 3600)
        #expect(it.handle(.tick, at: noon + 3600) == [.start(run, attempt: 1, checkpoint: nil)])
        #expect(it.handle(.tick, at: noon + 3601) == [])
        #expect(it.handle(.finished(run, attempt: 2, .succeeded), at: noon + 3602) == [], "no such attempt")
        #expect(ends(it.handle(.finished(run, attempt: 1, .succeeded), at: noon + 3603)) == ["a succeeded"])
        #expect(it.handle(.finished(run, attempt: 1, .succeeded), at: noon + 3604) == [], "it is over")
        #expect(it.handle(.tick, at: noon + 3000) == [], "clocks are put back")
        #expect(it.handle(.tick, at: noon + 3700) == [])
    }

    @Test("makes up for what was due meanwhile as the schedule says")
    func catchUp() throws {
        for (rule, started, lost) in [(CatchUp.none, 0, 3), (.once, 1, 2), (.all, 3, 0)] {
            var it = try scheduler([
                try schedule("a") {
                    $0.catchUp = rule
                    $0.overlap = .queue
                }
            ])
            let effects = it.handle(.tick, at: noon + 3 * 3600 + 1800)
            #expect(it.state.runs.count == started, "\(rule)")
            #expect(it.state.runs.allSatisfy { $0.cause == .madeUp })
            #expect(missed(effects).reduce(0) { $0 + $1.count } == lost, "\(rule)")
        }
        var it = try scheduler([try schedule("a") { $0.latenessMax = 3600 }])
        #expect(missed(it.handle(.tick, at: noon + 3 * 3600 + 1800)).first?.count == 2)
        #expect(it.state.runs.map(\.id.due) == [noon + 3 * 3600])
        // With one on time, once is enough.
        var punctual = try scheduler([try schedule("a")])
        _ = punctual.handle(.tick, at: noon + 3 * 3600 + 10)
        #expect(punctual.state.runs.map(\.cause) == [.due])
    }

    @Test("lets a later run be skipped, wait or take the place of an earlier one")
    func overlap() throws {
        var skip = try scheduler([try schedule("a")])
        _ = skip.handle(.tick, at: noon + 3600)
        #expect(ends(skip.handle(.tick, at: noon + 7200)) == ["a skipped: an earlier run was not done"])

        var queue = try scheduler([try schedule("a") { $0.overlap = .queue }])
        _ = queue.handle(.tick, at: noon + 3600)
        #expect(queue.handle(.tick, at: noon + 7200) == [])
        let first = RunID(schedule: "a", due: noon + 3600)
        #expect(starts(queue.handle(.finished(first, attempt: 1, .succeeded), at: noon + 7300)) == ["a"])

        var replace = try scheduler([try schedule("a") { $0.overlap = .replace }])
        _ = replace.handle(.tick, at: noon + 3600)
        #expect(replace.handle(.tick, at: noon + 7200) == [.stop(first, attempt: 1, .replaced)])
        let effects = replace.handle(.finished(first, attempt: 1, .stopped(checkpoint: "x")), at: noon + 7210)
        #expect(ends(effects) == ["a stopped: a later run took its place"])
        #expect(starts(effects) == ["a"])
    }

    @Test("tries again after growing waits, and gives up after the last attempt")
    func retries() throws {
        var it = try scheduler([try schedule("a") { $0.retry = RetryRule(attempts: 3, base: 600, longest: 700) }])
        var now = noon + 3600
        _ = it.handle(.tick, at: now)
        let run = RunID(schedule: "a", due: now)
        for (attempt, longest) in [(1, Int64(600)), (2, 700)] {
            #expect(ends(it.handle(.finished(run, attempt: attempt, .failed("no", canRetry: true)), at: now)) == [])
            let wait = (it.state.runs.first?.startsAt ?? now) - now
            #expect((0...longest).contains(wait))
            now = now + max(wait, 1)
            let effects = it.handle(.tick, at: now)
            #expect(wait == 0 || effects == [.start(run, attempt: attempt + 1, checkpoint: nil)])
        }
        #expect(
            ends(it.handle(.finished(run, attempt: 3, .failed("no", canRetry: true)), at: now)) == ["a failed: no"])
    }

    @Test("begins again after a restart what was begun, from its checkpoint, and ends what was to stop")
    func restart() throws {
        var it = try scheduler([try schedule("a"), try schedule("b")])
        _ = it.handle(.tick, at: noon + 3600)
        let (a, b) = (RunID(schedule: "a", due: noon + 3600), RunID(schedule: "b", due: noon + 3600))
        #expect(it.handle(.cancel(b), at: noon + 3700) == [.stop(b, attempt: 1, .cancelled)])
        let effects = it.handle(.restarted, at: noon + 3800)
        #expect(ends(effects) == ["b stopped: it was cancelled"])
        #expect(effects.contains(.start(a, attempt: 2, checkpoint: nil)))
        let stopped = it.handle(.finished(a, attempt: 2, .stopped(checkpoint: "page 7")), at: noon + 3900)
        #expect(stopped == [.start(a, attempt: 3, checkpoint: "page 7")])
    }

    @Test("stops work at the hard cutoff, and goes on with it in the next window")
    func windows() throws {
        let nightly = try schedule("a", "nightly between 22:00 and 05:00") {
            $0.window = $0.window.map { WindowRule($0.window, stopsAfter: 1800) }
        }
        var it = try scheduler([nightly])
        let open = noon + 10 * 3600
        let close = open + 7 * 3600
        _ = it.handle(.tick, at: open)
        let run = RunID(schedule: "a", due: open)
        #expect(it.handle(.tick, at: close) == [])
        #expect(it.wake == close + 1800)
        #expect(it.handle(.tick, at: close + 1800) == [.stop(run, attempt: 1, .windowClosed)])
        #expect(it.handle(.finished(run, attempt: 1, .stopped(checkpoint: "half")), at: close + 1810) == [])
        #expect(it.state.runs.first?.delay == .window)
        let effects = it.handle(.tick, at: open + 86_400)
        #expect(effects.contains(.start(run, attempt: 2, checkpoint: "half")))
        #expect(ends(effects) == ["a skipped: an earlier run was not done"])

        var soft = try scheduler([
            try schedule("a", "0 4 * * *") {
                $0.window = nightly.window.map { WindowRule($0.window, carriesOver: false) }
            },
            try schedule("b", "0 4 * * *") {
                $0.window = nightly.window.map { WindowRule($0.window, carriesOver: false) }
                $0.jitter = 0
            },
        ])
        // Seen after the window has closed: skipped, as it is not carried over.
        #expect(
            ends(soft.handle(.tick, at: noon + 18 * 3600)) == [
                "a skipped: its window was over", "b skipped: its window was over",
            ])
    }

    @Test("stops where a budget is used up, and goes on in the next night")
    func budgets() throws {
        let budget = BudgetRule(
            name: "nights", zone: .utc, night: Allowance(bytes: 1000), month: Allowance(microdollars: 5_000_000))
        var it = try scheduler([try schedule("a", "0 14 * * *") { $0.budget = "nights" }], budgets: [budget])
        let due = noon + 7200
        _ = it.handle(.tick, at: due)
        let run = RunID(schedule: "a", due: due)
        #expect(it.handle(.progress(run, attempt: 1, Spending(bytes: 600)), at: due + 1) == [])
        #expect(
            it.handle(.progress(run, attempt: 1, Spending(bytes: 600)), at: due + 2) == [], "told twice, counted once")
        #expect(
            it.handle(.progress(run, attempt: 1, Spending(bytes: 1000)), at: due + 3)
                == [.stop(run, attempt: 1, .budgetUsedUp)])
        #expect(it.handle(.finished(run, attempt: 1, .stopped(checkpoint: "c")), at: due + 4) == [])
        #expect(it.state.runs.first?.startsAt == noon + 86_400 && it.state.runs.first?.delay == .budget)
        #expect(starts(it.handle(.tick, at: noon + 86_400)) == ["a"])
        // The month: nothing more before the first night of the next one, which begins at noon of 1 July.
        _ = it.handle(.progress(run, attempt: 2, Spending(microdollars: 5_000_000)), at: noon + 86_401)
        _ = it.handle(.finished(run, attempt: 2, .stopped(checkpoint: "d")), at: noon + 86_402)
        #expect(it.state.runs.first?.startsAt == noon + 30 * 86_400)
    }

    @Test("starts runs one after the other that need each other, and skips what cannot come")
    func needs() throws {
        let chain = [
            try schedule("snapshot"), chained("replicate", ["snapshot"]), chained("verify", ["replicate", "snapshot"]),
        ]
        var it = try scheduler(chain)
        let due = noon + 3600
        #expect(starts(it.handle(.tick, at: due)) == ["snapshot"])
        var started = ["snapshot"]
        for step in ["snapshot", "replicate", "verify"] {
            let run = RunID(schedule: step, due: due)
            started += starts(it.handle(.finished(run, attempt: 1, .succeeded), at: due + 10))
        }
        #expect(started == ["snapshot", "replicate", "verify"])
        let broken = it.handle(.tick, at: due + 3600)
        #expect(starts(broken) == ["snapshot"])
        let run = RunID(schedule: "snapshot", due: due + 3600)
        #expect(
            ends(it.handle(.finished(run, attempt: 1, .failed("disk", canRetry: false)), at: due + 3610)) == [
                "snapshot failed: disk", "replicate skipped: snapshot, which it needs, has failed",
                "verify skipped: replicate, which it needs, was skipped",
            ])
    }

    @Test("leaves a paused schedule alone, and runs it by hand")
    func pausing() throws {
        var it = try scheduler([try schedule("a") { $0.catchUp = .all }])
        _ = it.handle(.pause(schedule: "a"), at: noon + 10)
        #expect(missed(it.handle(.tick, at: noon + 7200)).map(\.reason) == [.paused])
        #expect(it.state.runs.isEmpty)
        #expect(starts(it.handle(.runNow(schedule: "a"), at: noon + 7300)) == ["a"])
        #expect(it.handle(.runNow(schedule: "a"), at: noon + 7300) == [], "the same second is the same run")
        #expect(missed(it.handle(.resume(schedule: "a"), at: noon + 10_900)).count == 1)
        #expect(ends(it.handle(.tick, at: noon + 14_400)) == ["a skipped: an earlier run was not done"])
    }

    @Test("gives free places to the highest priority first")
    func priorities() throws {
        let schedules = try [("a", 0), ("b", 5), ("c", -5), ("d", 5)].map { name, priority in
            try schedule(name) { $0.priority = priority }
        }
        var it = try scheduler(schedules, runsMax: 2)
        let due = noon + 3600
        #expect(starts(it.handle(.tick, at: due)) == ["b", "d"])
        #expect(it.state.runs.filter { $0.phase == .waiting }.map(\.delay) == [.slot, .slot])
        var order: [String] = []
        for name in ["b", "d"] {
            order += starts(it.handle(.finished(RunID(schedule: name, due: due), attempt: 1, .succeeded), at: due + 5))
        }
        #expect(order == ["a", "c"])
    }

    @Test("waits for the best price of the night")
    func prices() throws {
        var it = Scheduler { _, night in
            let curve = PriceCurve([
                PriceCurve.Step(from: night.lowerBound, price: 9),
                PriceCurve.Step(from: night.lowerBound + 7200, price: 2),
            ])
            return PricedWork(curve: curve, seconds: 3600)
        }
        let cheap = try schedule("a", "nightly between 22:00 and 05:00 when cheapest")
        _ = it.use(try SchedulerRules(schedules: [cheap]), at: noon)
        let open = noon + 10 * 3600
        #expect(it.handle(.tick, at: open) == [])
        #expect(it.state.runs.first?.delay == .price && it.wake == open + 7200)
        #expect(starts(it.handle(.tick, at: open + 7200)) == ["a"])
    }

    @Test("spreads runs by a jitter that is the same each time")
    func jitter() throws {
        var offsets = Set<Int64>()
        for number in 0..<200 {
            let jittered = try schedule("a\(number)") { $0.jitter = 600 }
            var (first, second) = (try scheduler([jittered]), try scheduler([jittered]))
            _ = first.handle(.tick, at: noon + 3600)
            _ = second.handle(.tick, at: noon + 3602)
            let starts = [first, second].map { $0.state.runs.first?.startsAt }
            #expect(starts[0] == starts[1])
            let offset = (starts[0] ?? noon) - (noon + 3600)
            #expect((0...600).contains(offset))
            offsets.insert(offset)
        }
        #expect(offsets.count > 100 && (offsets.min() ?? 99) < 30 && (offsets.max() ?? 0) > 570)
    }

    @Test("is the same as a function of state, event and time")
    func function() throws {
        let rules = try SchedulerRules(schedules: [try schedule("a"), chained("b", ["a"])])
        var it = Scheduler()
        var effects = it.use(rules, at: noon)
        var state = SchedulerState()
        let events: [(SchedulerEvent, Int64)] = [
            (.tick, 0), (.tick, 3600),
            (.finished(RunID(schedule: "a", due: noon + 3600), attempt: 1, .succeeded), 3700),
            (.restarted, 3800), (.runNow(schedule: "b"), 3900), (.tick, 7200),
        ]
        for (event, seconds) in events {
            effects = it.handle(event, at: noon + seconds)
            let step = Scheduler.step(state, event, at: noon + seconds, by: rules)
            #expect(step.effects == effects && step.state == it.state)
            state = step.state
        }
    }

    @Test("ends the runs of schedules that are taken away, and keeps the others")
    func reload() throws {
        let (a, b) = (try schedule("a"), try schedule("b"))
        var it = try scheduler([a, b])
        _ = it.handle(.tick, at: noon + 3600)
        let effects = it.use(try SchedulerRules(schedules: [b]), at: noon + 3700)
        #expect(ends(effects) == ["a stopped: its schedule was taken away"])
        #expect(it.state.runs.map(\.id.schedule) == ["b"])
        // Another time is due from now on, not from before.
        let other = try schedule("b", "*/10 * * * *") {
            $0.catchUp = .all
            $0.overlap = .queue
        }
        _ = it.use(try SchedulerRules(schedules: [other]), at: noon + 5000)
        _ = it.handle(.tick, at: noon + 5401)
        #expect(it.state.runs.map(\.id.due) == [noon + 3600, noon + 5400])
    }

    @Test("refuses rules that contradict each other")
    func rules() throws {
        let a = try schedule("a")
        let cases: [([ScheduleSpecification], String)] = [
            ([a, a], "two schedules have this name"), ([chained("b", ["x"])], "it needs x, which is no schedule"),
            ([chained("b", ["c"]), chained("c", ["b"])], "it needs itself: b needs c needs b"),
            ([a, try schedule("c"), chained("b", ["a", "c"])], "what it needs is due at different times"),
            ([a, try schedule("b") { $0.needs = ["a"] }], "it needs other schedules, and has a time of its own"),
            ([try schedule("b") { $0.budget = "none" }], "it uses none, which is no budget"),
        ]
        for (schedules, message) in cases {
            let error = #expect(throws: (any Error).self) { try SchedulerRules(schedules: schedules) }
            #expect("\(try #require(error))".contains(message), "\(String(describing: error))")
        }
    }
}
