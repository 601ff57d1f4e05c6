import Model
import Testing
import Workers

@Suite("Progress")
struct ProgressTests {
    @Test("counts what its workers add, from all threads")
    func counting() throws {
        let progress = Progress()
        progress.enter(.transferring)
        progress.expect(files: 4000, missing: 10)
        try Crew.run(4) { _ in
            for _ in 0..<1000 {
                progress.add(files: 1)
                progress.add(logical: 3)
                progress.add(missing: 2)
                progress.add(wire: 5)
            }
        }
        let expected = ProgressSnapshot(
            phase: .transferring, done: .init(files: 4000, logical: 12_000, missing: 8000), wire: 20_000,
            totalFiles: 4000, totalLogical: nil, totalMissing: 10)
        #expect(progress.snapshot() == expected)
    }

    private func snapshot(
        _ phase: ProgressPhase = .transferring, logical: UInt64 = 0, missing: UInt64 = 0, totalLogical: UInt64? = nil,
        totalMissing: UInt64? = nil
    ) -> ProgressSnapshot {
        ProgressSnapshot(
            phase: phase, done: .init(files: 0, logical: logical, missing: missing), wire: missing,
            totalLogical: totalLogical, totalMissing: totalMissing)
    }

    @Test("promises no end before it has looked for two seconds, nor without a total")
    func patience() {
        var meter = ProgressMeter()
        meter.observe(snapshot(totalLogical: 100), at: 0)
        meter.observe(snapshot(logical: 10, totalLogical: 100), at: 1)
        #expect(meter.secondsLeft == nil)
        meter.observe(snapshot(logical: 20, totalLogical: 100), at: 2)
        #expect(meter.secondsLeft == 8)
        meter.observe(snapshot(logical: 20), at: 3)
        #expect(meter.secondsLeft == nil)
    }

    @Test("counts the missing bytes, not those that are there already")
    func missing() {
        var meter = ProgressMeter()
        meter.observe(snapshot(totalLogical: 1000, totalMissing: 100), at: 0)
        meter.observe(snapshot(logical: 900, missing: 10, totalLogical: 1000, totalMissing: 100), at: 2)
        #expect(meter.secondsLeft == 18)
        #expect(meter.fraction == 0.1)
        #expect(meter.logicalRate == 450)
        #expect(meter.wireRate == 5)
    }

    @Test("promises nothing while nothing moves")
    func stalled() {
        var meter = ProgressMeter()
        for time in 0...20 { meter.observe(snapshot(missing: 5, totalMissing: 10), at: Double(time)) }
        #expect(meter.secondsLeft == nil)
        #expect(meter.wireRate == 0)
    }

    @Test("speaks of the last ten seconds, and begins anew with each phase")
    func window() {
        var meter = ProgressMeter()
        for time in 0...30 {
            let done = UInt64(time <= 20 ? time * 1000 : 20_000 + (time - 20))
            meter.observe(snapshot(missing: done, totalMissing: 20_110), at: Double(time))
        }
        #expect(meter.wireRate == 1)
        #expect(meter.secondsLeft == 100)
        meter.observe(snapshot(.committing), at: 31)
        #expect(meter.wireRate == nil)
    }
}
