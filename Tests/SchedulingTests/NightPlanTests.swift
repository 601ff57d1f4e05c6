import Model
import Scheduling
import TestSupport
import Testing

@Suite("The plan of a night")
struct NightPlanTests {
    private let open = Instant(1_780_344_000)  // 2026-06-01T20:00:00Z

    private func job(
        _ name: String, _ gigabytes: (Int, Int, Int), links: [String] = ["eu-us"], price: Int64 = 0, priority: Int = 0,
        needs: [String] = [], due minutes: Int64 = 0
    ) -> PlanRequest.Job {
        func size(_ count: Int) -> ByteCount { ByteCount(count * 1_000_000_000) }
        return PlanRequest.Job(
            name: name, bytes: Spread(p10: size(gigabytes.0), p50: size(gigabytes.1), p90: size(gigabytes.2)),
            links: links,
            microdollarsPerGiB: price, priority: priority, needs: needs,
            due: open + minutes * 60)
    }

    /// Seven hours over a link of 100 MB/s: 2520 GB.
    private func plan(_ jobs: [PlanRequest.Job], budget: Allowance = Allowance(), jobsMax: Int = 1) -> NightPlan {
        let links = ["eu-us": ByteRate(bytesPerSecond: 100e6), "eu-ap": ByteRate(bytesPerSecond: 10e6)]
        return NightPlan(
            PlanRequest(
                jobs: jobs, links: links, window: open..<open + 7 * 3600, budget: budget, jobsMax: jobsMax))
    }

    private func rows(_ plan: NightPlan) -> [String] {
        plan.rows.map { row in
            let times = [row.start, row.end].map { $0.map { "\(($0 - open) / 60)" } ?? "-" }.joined(separator: "...")
            return "\(row.name) \(row.verdict.rawValue) \(times): \(row.reason)"
        }
    }

    @Test("says of each job whether it fits, when, and why not")
    func verdicts() {
        let plan = plan([
            job("small", (300, 360, 400)), job("large", (1000, 1800, 2500)), job("huge", (500, 900, 1000)),
            job("urgent", (100, 180, 200), priority: 5), job("last", (1, 1, 1), priority: -1),
        ])
        #expect(
            rows(plan) == [
                "urgent fits 0...30: it ends at 2026-06-01T20:30:00Z, and at 2026-06-01T20:33:20Z if it is 186.3 GiB",
                "huge fits 30...180: it ends at 2026-06-01T23:00:00Z, and at 2026-06-01T23:20:00Z if it is 931.3 GiB",
                "large carried_over 180...-: 1.3 TiB of 1.6 TiB are moved when the window closes at 2026-06-02T03:00:00Z",
                "small left -...-: its turn does not come before the window closes at 2026-06-02T03:00:00Z",
                "last left -...-: its turn does not come before the window closes at 2026-06-02T03:00:00Z",
            ])
        #expect(plan.bytes == ByteCount(2_520_000_000_000))
    }

    @Test("says where a job fits only if it is no larger than usual")
    func likely() {
        let plan = plan([job("a", (1000, 1800, 2700))])
        #expect(
            rows(plan) == [
                "a likely 0...300: it ends at 2026-06-02T01:00:00Z, but not in the window if it is 2.5 TiB"
            ])
    }

    @Test("keeps each budget by itself, by what the whole of a job costs")
    func budgets() {
        func job(_ name: String, _ budget: String?, _ micros: Int64) -> PlanRequest.Job {
            var job = self.job(name, (1, 1, 1))
            (job.budget, job.microdollars) = (budget, micros)
            return job
        }
        var request = PlanRequest(
            jobs: [
                job("a", "small", 600_000), job("b", "small", 600_000), job("c", "large", 900_000),
                job("d", nil, 5_000_000),
            ], links: ["eu-us": ByteRate(bytesPerSecond: 100e6)], window: open..<open + 3600)
        request.budgets = ["small": Allowance(microdollars: 1_000_000), "large": Allowance(microdollars: 900_000)]
        let plan = NightPlan(request)
        let left = plan.rows.filter { $0.verdict == .left }
        #expect(left.map { "\($0.name): \($0.reason)" } == ["b: it would cost $0.60, and the budget has $0.40 left"])
        #expect(plan.microdollars == 6_500_000)
    }

    @Test("keeps to the budget, and lets smaller jobs use what is left of it")
    func budget() {
        let jobs = [
            job("a", (500, 600, 700), price: 20_000), job("b", (500, 600, 700), price: 20_000),
            job("c", (50, 60, 70), price: 20_000), job("d", (1, 2, 3), needs: ["b"]),
            job("e", (1, 2, 3), links: ["moon"]),
        ]
        let plan = plan(jobs, budget: Allowance(microdollars: 15_000_000))
        #expect(
            rows(plan) == [
                "a fits 0...100: it ends at 2026-06-01T21:40:00Z, and at 2026-06-01T21:56:40Z if it is 651.9 GiB",
                "c fits 100...110: it ends at 2026-06-01T21:50:00Z, and at 2026-06-01T22:08:20Z if it is 65.2 GiB",
                "b left -...-: it would cost $11.18, and the budget has $3.82 left",
                "d left -...-: it needs b, which is not done", "e left -...-: nothing is known of the link moon",
            ])
        let bytes = self.plan(jobs, budget: Allowance(bytes: 650_000_000_000))
        #expect(bytes.rows.filter { $0.verdict != .left }.map(\.name) == ["a"])
        #expect(bytes.rows[1].reason == "it would move 558.8 GiB, and the budget has 46.6 GiB left")
    }

    @Test("begins nothing before it is due, and lets others go on meanwhile")
    func due() {
        let jobs = [
            job("late", (60, 60, 60), priority: 9, due: 240), job("early", (60, 60, 60)),
            job("between", (600, 600, 600), due: 120), job("after", (6, 6, 6), needs: ["late"]),
        ]
        #expect(
            rows(plan(jobs)) == [
                "early fits 0...10: it ends at 2026-06-01T20:10:00Z",
                "between fits 120...220: it ends at 2026-06-01T23:40:00Z",
                "late fits 240...250: it ends at 2026-06-02T00:10:00Z",
                "after fits 250...251: it ends at 2026-06-02T00:11:00Z",
            ])
        // What is due later gets its share from then on.
        let shared = plan([job("long", (1800, 1800, 1800)), job("late", (60, 60, 60), due: 60)], jobsMax: 2)
        #expect(shared.rows.map { ($0.start ?? open) - open } == [0, 3600])
        #expect(shared.rows.map { (($0.end ?? open) - open) / 60 } == [310, 80])
    }

    @Test("lets jobs that work at once share a link, and begins none before what it needs")
    func sharing() {
        let plan = plan(
            [
                job("verify", (36, 36, 36), links: ["eu-ap"], needs: ["copy"]), job("copy", (360, 360, 360)),
                job("other", (720, 720, 720)),
            ], jobsMax: 4)
        #expect(
            plan.rows.map { [$0.name, "\((($0.start ?? open) - open) / 60)", "\((($0.end ?? open) - open) / 60)"] } == [
                ["copy", "0", "120"], ["other", "0", "180"], ["verify", "120", "180"],
            ])
    }

    @Test("is the same for the same request in whatever order it is asked, and moves no more than links carry")
    func properties() {
        var seed = Seed.fromEnvironment()
        for _ in 0..<200 {
            let jobs = (0..<Int.random(in: 0...8, using: &seed)).map { number in
                let sizes = (0..<3).map { _ in Int.random(in: 0...2000, using: &seed) }.sorted()
                return job(
                    "j\(number)", (sizes[0], sizes[1], sizes[2]),
                    links: Bool.random(using: &seed) ? ["eu-us"] : ["eu-ap"],
                    price: Int64.random(in: 0...50_000, using: &seed), priority: Int.random(in: -1...1, using: &seed),
                    needs: number > 0 && Bool.random(using: &seed)
                        ? ["j\(Int.random(in: 0..<number, using: &seed))"] : [])
            }
            let budget = Allowance(microdollars: Int64.random(in: 0...60_000_000, using: &seed))
            let first = plan(jobs, budget: budget, jobsMax: 3)
            let note: Comment = "seed \(seed.value)"
            #expect(first == plan(jobs.shuffled(using: &seed), budget: budget, jobsMax: 3), note)
            #expect(first.rows.map(\.name).sorted() == jobs.map(\.name).sorted(), note)
            #expect(first.microdollars <= (budget.microdollars ?? 0), note)
            #expect(first.bytes.bytes <= 110_000_000 * 7 * 3600 + 8, note)
            let ends = Dictionary(uniqueKeysWithValues: first.rows.map { ($0.name, $0.end) })
            for row in first.rows where row.start != nil {
                for need in jobs.first(where: { $0.name == row.name })?.needs ?? [] {
                    let end = ends[need].flatMap { $0 }
                    #expect(end.map { $0 - 1 <= row.start ?? open } ?? false, "\(row.name) needs \(need), \(note)")
                }
            }
        }
    }
}
