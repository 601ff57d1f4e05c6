import Dispatching
import Model
import Placement
import TestSupport
import Testing

/// The life of jobs in a simulated world, whoever is killed when.
@Suite("Jobs are begun once, whatever happens to the coordinator")
struct JobMachineTests {
    private let nothing = Scenario.Run(.words(["true"]))

    /// Follows all jobs, with a new coordinator whenever one was killed.
    private func live(_ world: SimulatedWorld, _ ids: [JobID]) throws {
        for _ in 0..<5000 {
            do {
                return try world.coordinator().follow(ids, limit: 1e7)
            } catch is Kill {
                continue
            }
        }
        Issue.record("it never ends")
    }

    @Test("in any order of kills, lost answers, failures and cancels")
    func anyOrder() throws {
        var seed = Seed.fromEnvironment()
        for run in 0..<Seed.runs(usual: 400) {
            let start = seed.next()
            try oneWorld(Seed(start), "seed \(seed.value), run \(run), world \(start)")
        }
    }

    private func oneWorld(_ start: Seed, _ note: Comment) throws {
        var seed = start
        let count = Int.random(in: 1...5, using: &seed)
        var durations: [JobID: (queue: Double, work: Double, code: Int32)] = [:]
        var jobs: [JobRecord] = []
        for number in 1...count {
            let parents = (1..<number).filter { _ in Double.random(in: 0..<1, using: &seed) < 0.3 }
            let code: Int32 = Double.random(in: 0..<1, using: &seed) < 0.15 ? 7 : 0
            durations[Some.id(number)] = (
                Double.random(in: 0...50, using: &seed), Double.random(in: 0.5...500, using: &seed), code
            )
            jobs.append(
                Some.job(
                    number, run: nothing, parents: parents,
                    stages: (0..<Int.random(in: 0...2, using: &seed)).map { Some.move("stage \(number) \($0)") },
                    returns: (0..<Int.random(in: 0...2, using: &seed)).map { Some.move("return \(number) \($0)") }))
        }
        let world = SimulatedWorld(
            seed, killShare: Double.random(in: 0...0.2, using: &seed), durations: durations)
        try world.store.create(jobs)
        let cancelled = jobs.filter { _ in Double.random(in: 0..<1, using: &seed) < 0.1 }.map(\.id)
        for _ in 0..<Int.random(in: 0...20, using: &seed) {
            for id in jobs.map(\.id) {
                do { _ = try world.coordinator().step(id) } catch is Kill {}
            }
            world.change { $0.now += 5 }
        }
        for id in cancelled {
            while true {
                do {
                    try world.coordinator().cancel(id)
                    break
                } catch is Kill {}
            }
        }
        try live(world, jobs.map(\.id))
        for job in jobs { try judge(job, world, wasCancelled: cancelled.contains(job.id), note) }
    }

    /// What became of a job is what should have.
    private func judge(_ planned: JobRecord, _ world: SimulatedWorld, wasCancelled: Bool, _ note: Comment) throws {
        let job = try #require(world.store.job(planned.id))
        let truth = world.read { $0.truths[planned.id] } ?? SimulatedWorld.Truth()
        let times = try #require(world.durations[planned.id])
        #expect(job.state.isFinal, note)
        #expect(truth.starts <= 1, note)
        let parents = job.parents.compactMap { world.store.job($0) }
        let hasParents = parents.allSatisfy { $0.state == .done }
        if !hasParents { #expect(truth.starts == 0 && job.state != .done, note) }
        if !wasCancelled, hasParents {
            #expect(job.state == (times.code == 0 ? .done : .failed), note)
            #expect(truth.starts == 1, note)
        }
        if job.state == .done {
            #expect(job.actual.work == times.work || abs(job.actual.work - times.work) < 1e-6, note)
            #expect((job.stages + job.returns).allSatisfy { $0.outcome != nil }, note)
            #expect(job.actual.compute == job.rate.cost(job.actual.work), note)
            for move in job.stages + job.returns { #expect(world.read { $0.moves[move.name] ?? 0 } >= 1, note) }
        } else {
            #expect(job.reason != nil, note)
            #expect(job.returns.allSatisfy { $0.outcome == nil } || wasCancelled, note)
        }
        if job.state == .cancelled { #expect(wasCancelled, note) }
        if let ends = truth.ends { #expect(ends <= world.now(), note) }
        if job.times.submitted != nil { #expect(world.store.log(job.id) != nil, note) }
    }

    @Test("a job waits for its instant, and for those before it")
    func waits() throws {
        let world = SimulatedWorld(Seed(1), killShare: 0, durations: [Some.id(1): (0, 10, 0), Some.id(2): (0, 10, 0)])
        let begin = world.now()
        try world.store.create([
            Some.job(1, run: nothing, notBefore: begin + 600), Some.job(2, run: nothing, parents: [1]),
        ])
        try live(world, [Some.id(1), Some.id(2)])
        let (first, second) = (try #require(world.store.job(Some.id(1))), try #require(world.store.job(Some.id(2))))
        #expect(try #require(first.times.began) >= begin + 600)
        let ended = try #require(first.times.ended)
        #expect(try #require(second.times.began) >= ended)
    }

    @Test("work that passes its time is ended, and failed")
    func timeout() throws {
        let world = SimulatedWorld(Seed(2), killShare: 0, durations: [Some.id(1): (0, 100_000, 0)])
        var run = nothing
        run.timeout = 60
        try world.store.create([Some.job(1, run: run)])
        try live(world, [Some.id(1)])
        let job = try #require(world.store.job(Some.id(1)))
        #expect(job.state == .failed)
        #expect(job.reason == "it had not ended after its 60 s")
        #expect(job.actual.work < 60 + JobLimits.timeoutGrace + 30)
    }

    @Test("what a byte and an hour were expected to cost is what they are taken to have cost")
    func money() throws {
        let expected = JobMove.Expected(bytes: 2000, seconds: 1, money: Money(micros: 3_000_000))
        let world = SimulatedWorld(Seed(3), killShare: 0, durations: [Some.id(1): (0, 1800, 0)])
        try world.store.create([Some.job(1, run: nothing, stages: [Some.move("d", expected: expected)])])
        try live(world, [Some.id(1)])
        let job = try #require(world.store.job(Some.id(1)))
        // Half the bytes of 3 dollars; half an hour of two machines at 3.60.
        #expect(job.actual.compute == Money(micros: 3_600_000))
        #expect(job.actual.money == Money(micros: 5_100_000))
        #expect(job.actual.bytes == 1000)
    }

    @Test("a move that fails for good fails the job, with what to do")
    func refusal() throws {
        struct Refusing: JobMover {
            func move(_ move: JobMove) throws -> JobMove.Outcome {
                throw PerigeeError(.denied, "it may not be read", at: move.from, remedy: "ask its owner")
            }
        }
        let world = SimulatedWorld(Seed(4), killShare: 0, durations: [:])
        try world.store.create([Some.job(1, run: nothing, stages: [Some.move("d")])])
        let coordinator = JobCoordinator(store: world.store, clock: world, mover: Refusing()) { _ in world }
        try coordinator.follow([Some.id(1)], limit: 100)
        let job = try #require(world.store.job(Some.id(1)))
        #expect(job.state == .failed && job.reason == "/there/d: it may not be read; ask its owner")
        #expect(world.read { $0.truths.isEmpty })
    }

    @Test("an output that cannot be kept is noted, and what was made is brought all the same")
    func log() throws {
        let world = SimulatedWorld(Seed(6), killShare: 0, durations: [Some.id(1): (0, 10, 0)])
        try world.store.create([Some.job(1, run: nothing, returns: [Some.move("m")])])
        let coordinator = JobCoordinator(store: world.store, clock: world, mover: world) { _ in Mute(world: world) }
        try coordinator.follow([Some.id(1)], limit: 1e7)
        let job = try #require(world.store.job(Some.id(1)))
        #expect(job.state == .done && job.reason == nil && job.returns[0].outcome != nil)
        #expect(job.note == "its output could not be kept: there: it is too long")
    }

    /// An executor that tells no output.
    private struct Mute: JobExecutor {
        let world: SimulatedWorld

        func rendered(_ job: JobRecord) -> String { "" }
        func submit(_ job: JobRecord) throws -> String { try world.submit(job) }
        func look(_ job: JobRecord) throws -> JobSighting { try world.look(job) }
        func end(_ job: JobRecord, byForce: Bool) throws { try world.end(job, byForce: byForce) }
        func log(_ job: JobRecord) throws -> [UInt8] { throw PerigeeError(.limit, "it is too long", at: "there") }
    }

    @Test("following ends at its limit, and the job goes on")
    func limit() throws {
        let world = SimulatedWorld(Seed(5), killShare: 0, durations: [Some.id(1): (0, 1e6, 0)])
        try world.store.create([Some.job(1, run: nothing)])
        #expect { try world.coordinator().follow([Some.id(1)], limit: 60) } throws: {
            ($0 as? PerigeeError)?.code == .limit
        }
        #expect(world.store.job(Some.id(1))?.state == .running)
    }
}
