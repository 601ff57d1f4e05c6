import Dispatching
import Model
import Testing

/// What Slurm says, and what it means.
@Suite("States of Slurm")
struct SlurmStatesTests {
    @Test(
        "mean what its manual says",
        arguments: [
            ("slurm PENDING Resources\nbegan \n", JobSighting.queued("Slurm waits for a free node")),
            ("slurm PENDING Priority\n", .queued("Slurm has others before it")),
            ("slurm PENDING (null)\n", .queued("Slurm says (null)")),
            ("slurm PENDING AssocGrpCPUMinutesLimit\n", .queued("Slurm says AssocGrpCPUMinutesLimit")),
            ("slurm CONFIGURING None\n", .queued("")),
            ("slurm RUNNING None\nbegan 1790000000\n", .running(since: 1_790_000_000)),
            ("slurm COMPLETING None\nbegan \n", .running(since: nil)),
            ("slurm NONE\nbegan \n", .absent),
            ("slurm TIMEOUT TimeLimit\n", .lost("Slurm ended it: TIMEOUT (TimeLimit)", isSure: true)),
            ("slurm CANCELLED by 1000\n", .lost("Slurm ended it: CANCELLED", isSure: true)),
            ("slurm CANCELLED+\n", .lost("Slurm ended it: CANCELLED", isSure: true)),
            ("slurm NODE_FAIL None\n", .lost("Slurm ended it: NODE_FAIL", isSure: true)),
            ("slurm OUT_OF_MEMORY None\n", .lost("Slurm ended it: OUT_OF_MEMORY", isSure: true)),
        ])
    func states(text: String, meant: JobSighting) { #expect(SlurmStates.sighting(text) == meant) }

    @Test("completed work without a result may only not be seen yet")
    func completed() {
        guard case .lost(_, isSure: false)? = SlurmStates.sighting("slurm COMPLETED None\n") else {
            Issue.record("not lost")
            return
        }
        #expect(SlurmStates.sighting("ended 0 1 2") == nil)
        #expect(JobScript.sighting("ended 0 1 2") == .ended(0, began: 1, ended: 2))
        for text in ["", "ended", "ended x 1 2", "no such word", "ended 99999999999 1 2"] {
            #expect(JobScript.sighting(text) == nil, "\(text)")
        }
    }

    @Test("instants that are none are not believed", arguments: ["1e300", "-1", "nan", "inf", "2e11", "-inf"])
    func instants(text: String) {
        #expect(JobScript.sighting("ended 0 \(text) \(text)") == nil)
        #expect(JobScript.sighting("ended 0 1 \(text)") == nil)
        #expect(JobScript.sighting("running \(text)") == .running(since: nil))
        #expect(SlurmStates.sighting("slurm RUNNING None\nbegan \(text)\n") == .running(since: nil))
    }
}
