import Foundation
import Scheduling
import TestSupport
import Testing

/// A daemon in small: it stores the scheduler's state, carries its effects out, and can be killed at any point.
///
/// Holds what it sees against what the scheduler promises: of a run one attempt at a time, of a schedule one run, of all no
/// more than may be; each run ends once.
struct Daemon {
    /// Where it is killed.
    enum Death: CaseIterable {
        /// Before the new state is stored.
        case beforeStoring
        /// When it is stored, and nothing was carried out yet.
        case beforeActing
    }

    /// An attempt that somebody works on.
    struct Work {
        var attempt: Int
        /// When it ends, by a clock that never jumps.
        var ends: Int64
        var isStopping = false
    }

    let rules: SchedulerRules
    private(set) var scheduler: Scheduler
    private(set) var work: [RunID: Work] = [:]
    private(set) var records: [RunID: RunRecord] = [:]
    private(set) var missed: [MissedRuns] = []
    private(set) var startCount = 0
    /// The earliest and the latest that the scheduler was ever told it is.
    private(set) var earliest: Instant
    private(set) var latest: Instant
    private(set) var failures: [String] = []
    /// How an attempt goes: its length and its end.
    var course: (RunID, inout Seed) -> Int64 = { _, seed in Int64.random(in: 1...600, using: &seed) }

    init(_ rules: SchedulerRules, at wall: Instant) {
        self.rules = rules
        (earliest, latest) = (wall, wall)
        scheduler = Scheduler()
        _ = scheduler.use(rules, at: wall)
    }

    /// Tells the scheduler an event, stores what comes of it and carries it out, unless it dies.
    mutating func tell(
        _ event: SchedulerEvent, wall: Instant, real: Int64, _ seed: inout Seed, death: Death? = nil
    ) throws {
        (earliest, latest) = (min(earliest, wall), max(latest, wall))
        // Kept only where it is needed: a second owner makes each change copy the state.
        let stored = death == .beforeStoring ? scheduler.state : nil
        let effects = scheduler.handle(event, at: wall)
        if let stored { return try restart(stored, wall: wall, real: real, &seed) }
        // What is remembered is stored in one transaction with the state.
        for effect in effects { remember(effect) }
        if death == .beforeActing { return try restart(scheduler.state, wall: wall, real: real, &seed) }
        for effect in effects { act(effect, real, &seed) }
    }

    /// Begins again from what was stored; nobody works any more.
    mutating func restart(_ stored: SchedulerState, wall: Instant, real: Int64, _ seed: inout Seed) throws {
        work = [:]
        let bytes = try JSONEncoder().encode(stored)
        scheduler = Scheduler(try JSONDecoder().decode(SchedulerState.self, from: bytes))
        if scheduler.state != stored { failures.append("a state is not what was stored") }
        for schedule in stored.schedules {
            let again = try JSONDecoder().decode(ScheduleState.self, from: Data(schedule.text.utf8))
            if again != schedule { failures.append("\(schedule.name) is not what was written: \(schedule.text)") }
        }
        for effect in scheduler.use(rules, at: wall) {
            remember(effect)
            act(effect, real, &seed)
        }
        try tell(.restarted, wall: wall, real: real, &seed)
    }

    private mutating func remember(_ effect: SchedulerEffect) {
        switch effect {
        case .ended(let record):
            if records.updateValue(record, forKey: record.id) != nil { failures.append("\(record.id) ended twice") }
        case .missed(let runs): missed.append(runs)
        case .start, .stop: break
        }
    }

    private mutating func act(_ effect: SchedulerEffect, _ real: Int64, _ seed: inout Seed) {
        switch effect {
        case .start(let id, let attempt, _):
            startCount += 1
            if work[id] != nil { failures.append("\(id) is started twice at once") }
            if work.keys.contains(where: { $0.schedule == id.schedule }) { failures.append("\(id) overlaps") }
            if work.count >= rules.runsMax { failures.append("more than \(rules.runsMax) runs work") }
            if records[id] != nil { failures.append("\(id) is started after its end") }
            work[id] = Work(attempt: attempt, ends: real + course(id, &seed))
        case .stop(let id, let attempt, _):
            guard var stopping = work[id], stopping.attempt == attempt else { return }
            stopping.isStopping = true
            stopping.ends = min(stopping.ends, real + 5)
            work[id] = stopping
        case .ended, .missed: break
        }
    }

    /// The work that is first done, if any is by `real`.
    func done(by real: Int64) -> (id: RunID, work: Work)? {
        work.filter { $0.value.ends <= real }.min { ($0.value.ends, $0.key) < ($1.value.ends, $1.key) }
            .map { ($0.key, $0.value) }
    }

    /// Takes work away that is done.
    mutating func forget(_ id: RunID) { work[id] = nil }

    /// All runs that were ever issued for a schedule.
    func issued(_ schedule: String) -> Set<Instant> {
        let ended = records.keys.filter { $0.schedule == schedule }.map(\.due)
        return Set(ended + scheduler.state.runs.filter { $0.id.schedule == schedule }.map(\.id.due))
    }
}
