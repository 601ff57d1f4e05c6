import Scheduling
import TestSupport
import Testing

/// The scheduler under restarts, suspends and clocks that are put back and forth.
@Suite("No run is missed and none is doubled")
struct SchedulerPropertyTests {
    /// Time as it really passes, and as the clock on the wall says.
    private struct Clocks {
        var real: Int64
        var skew: Int64 = 0

        init(_ start: Instant) { real = start.seconds }

        var wall: Instant { Instant(real + skew) }

        mutating func pass(_ seconds: Int64) { real += seconds }

        mutating func step(_ seconds: Int64) { skew += seconds }
    }

    private func specification(_ number: Int, _ seed: inout Seed) throws -> ScheduleSpecification {
        let texts = [
            "*/30 * * * *", "0 * * * *", "15 2 * * *", "30 1,13 * * *", "every 45m", "every 7h", "0 3 * * mon-fri",
            "nightly between 22:00 and 05:00", "0 0 L * *", "10 */3 * * *",
        ]
        let zone = try Zones.zone(Zones.strange.randomElement(using: &seed) ?? "UTC")
        let text = texts.randomElement(using: &seed) ?? texts[0]
        var out = ScheduleSpecification(
            name: "s\(number)", timetable: Timetable(try Recurrence(parsing: text), in: zone))
        out.catchUp = CatchUp.allCases.randomElement(using: &seed) ?? .all
        out.overlap = Overlap.allCases.randomElement(using: &seed) ?? .queue
        out.latenessMax = ScheduleSpecification.latenessLimit
        out.jitter = Bool.random(using: &seed) ? 0 : 600
        out.priority = Int.random(in: -2...2, using: &seed)
        out.retry = RetryRule(attempts: 3, base: 30, longest: 300)
        return out
    }

    /// Some weeks of a daemon with schedules, disturbed by all that can happen to it.
    private func live(_ seed: inout Seed, days: Int64) throws -> Daemon {
        let start = try at("2026-03-20T00:00:00Z") + Int64.random(in: 0..<20_000_000, using: &seed)
        var specifications = try (0..<6).map { try specification($0, &seed) }
        var chained = ScheduleSpecification(name: "t1")
        chained.needs = ["s0"]
        var last = ScheduleSpecification(name: "t2")
        last.needs = ["s0", "t1"]
        (chained.overlap, last.overlap) = (.queue, .queue)
        specifications += [chained, last]
        let rules = try SchedulerRules(schedules: specifications, runsMax: 3, salt: seed.value)
        var daemon = Daemon(rules, at: start)
        var clocks = Clocks(start)
        let end = clocks.real + days * 86_400
        while clocks.real < end {
            try disturb(&daemon, &clocks, &seed)
            try advance(&daemon, &clocks, &seed)
        }
        // Whatever waits gets its time.
        for _ in 0..<4000 where !daemon.scheduler.state.runs.isEmpty { try advance(&daemon, &clocks, &seed) }
        return daemon
    }

    private func disturb(_ daemon: inout Daemon, _ clocks: inout Clocks, _ seed: inout Seed) throws {
        switch Int.random(in: 0..<400, using: &seed) {
        case 0: clocks.step(Int64.random(in: -7200...7200, using: &seed))
        case 1: clocks.step(Int64.random(in: -30...30, using: &seed))
        case 2: clocks.step(Int64.random(in: -86_400...86_400, using: &seed))
        // Suspended, or switched off.
        case 3: clocks.pass(Int64.random(in: 0...40_000, using: &seed))
        case 4...7:
            let death = Daemon.Death.allCases.randomElement(using: &seed)
            try daemon.tell(.tick, wall: clocks.wall, real: clocks.real, &seed, death: death)
        case 8:
            let run = daemon.scheduler.state.runs.randomElement(using: &seed)
            if let run { try daemon.tell(.cancel(run.id), wall: clocks.wall, real: clocks.real, &seed) }
        default: break
        }
    }

    /// Goes on to the next thing that happens.
    private func advance(_ daemon: inout Daemon, _ clocks: inout Clocks, _ seed: inout Seed) throws {
        let wake = min(max(daemon.scheduler.wake - clocks.wall, 1), 1800)
        clocks.pass(min(wake, daemon.work.values.map(\.ends).min().map { max(1, $0 - clocks.real) } ?? wake))
        while let (id, work) = daemon.done(by: clocks.real) {
            let result: AttemptResult =
                switch Int.random(in: 0..<10, using: &seed) {
                case 0: .failed("it broke", canRetry: true)
                case 1: .failed("it cannot be", canRetry: false)
                case 2: .stopped(checkpoint: "half")
                default: work.isStopping ? .stopped(checkpoint: nil) : .succeeded
                }
            daemon.forget(id)
            let death =
                Int.random(in: 0..<50, using: &seed) == 0 ? Daemon.Death.allCases.randomElement(using: &seed) : nil
            try daemon.tell(
                .finished(id, attempt: work.attempt, result), wall: clocks.wall, real: clocks.real, &seed, death: death)
        }
        try daemon.tell(.tick, wall: clocks.wall, real: clocks.real, &seed)
    }

    @Test("whatever restarts, suspends and steps of the clock come", arguments: 0..<UInt64(Seed.runs(usual: 24)))
    func disturbed(run: UInt64) throws {
        var seed = Seed(Seed.fromEnvironment().value &+ run)
        let daemon = try live(&seed, days: 12)
        let note: Comment = "PERIGEE_TEST_SEED=\(seed.value)"
        #expect(daemon.failures == [], note)
        #expect(daemon.scheduler.state.runs.isEmpty, "\(daemon.scheduler.state.runs.prefix(3)) are left, \(note)")
        for schedule in daemon.rules.schedules {
            let issued = daemon.issued(schedule.name)
            guard let timetable = schedule.timetable else {
                #expect(issued.isSubset(of: daemon.issued("s0")), note)
                continue
            }
            let all = Set(timetable.occurrences(in: daemon.earliest + 1..<daemon.latest + 1))
            #expect(issued.isSubset(of: all), "\(schedule.name) has runs that were not due, \(note)")
            let lost = all.subtracting(issued)
            let isAll = schedule.catchUp == .all
            let unexplained = lost.filter { due in
                isAll || !daemon.missed.contains { $0.schedule == schedule.name && $0.first <= due && due <= $0.last }
            }
            #expect(
                unexplained.isEmpty,
                "\(schedule.name) (\(timetable.recurrence.text), \(schedule.catchUp)) lost \(unexplained.sorted().prefix(3)), \(note)"
            )
        }
    }

    @Test("in a year of 500 schedules in all zones, with restarts, suspends and steps of the clock")
    func year() throws {
        var seed = Seed.fromEnvironment()
        let note: Comment = "PERIGEE_TEST_SEED=\(seed.value)"
        let start = try at("2026-01-01T00:00:00Z")
        let rules = try SchedulerRules(schedules: try Self.many(500, &seed), runsMax: 10_000, salt: seed.value)
        var daemon = Daemon(rules, at: start)
        daemon.course = { _, _ in 20 }
        var clocks = Clocks(start)
        let end = start.seconds + 365 * 86_400
        var nextTrouble = clocks.real
        while clocks.real < end {
            if clocks.real >= nextTrouble {
                nextTrouble += Int64.random(in: 0..<6 * 86_400, using: &seed)
                switch Int.random(in: 0..<3, using: &seed) {
                case 0: clocks.step(Int64.random(in: -10_000...10_000, using: &seed))
                case 1: clocks.pass(Int64.random(in: 0...50_000, using: &seed))
                default: try daemon.restart(daemon.scheduler.state, wall: clocks.wall, real: clocks.real, &seed)
                }
            }
            clocks.pass(min(max(daemon.scheduler.wake - clocks.wall, 1), 3600))
            for id in daemon.work.keys.sorted() {
                guard let attempt = daemon.work[id]?.attempt else { continue }
                daemon.forget(id)
                try daemon.tell(
                    .finished(id, attempt: attempt, .succeeded), wall: clocks.wall, real: clocks.real, &seed)
            }
            try daemon.tell(.tick, wall: clocks.wall, real: clocks.real, &seed)
        }
        #expect(daemon.failures == [], note)
        var issued: [String: Set<Instant>] = [:]
        for id in daemon.records.keys { issued[id.schedule, default: []].insert(id.due) }
        for run in daemon.scheduler.state.runs { issued[run.id.schedule, default: []].insert(run.id.due) }
        for schedule in rules.schedules {
            let all = Set(schedule.timetable!.occurrences(in: daemon.earliest + 1..<daemon.latest + 1))
            #expect(issued[schedule.name] == all, "\(schedule.name) \(schedule.timetable!.recurrence.text), \(note)")
        }
        #expect(daemon.startCount > 500 * 365)
    }

    private static func many(_ count: Int, _ seed: inout Seed) throws -> [ScheduleSpecification] {
        let names = Zones.names
        return try (0..<count).map { number in
            let minute = Int.random(in: 0..<60, using: &seed)
            let texts = [
                "\(minute) 2 * * *", "\(minute) 0,1,2,3 * * *", "\(minute) * * * *", "\(minute) 4 * * mon-fri",
                "@weekly",
                "\(minute) 3 L * *", "every \(30 + minute * 10)m",
                "nightly between 22:\(minute < 10 ? "0" : "")\(minute) and 05:00",
            ]
            let recurrence = try Recurrence(parsing: texts[number % texts.count])
            let zone = try Zones.zone(names[number * 7 % names.count])
            var out = ScheduleSpecification(name: "s\(number)", timetable: Timetable(recurrence, in: zone))
            out.catchUp = .all
            out.overlap = .queue
            out.window = nil
            return out
        }
    }
}
