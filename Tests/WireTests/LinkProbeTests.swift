import Model
import TestSupport
import Testing
import Wire
import Workers

@Suite("A probe of a link")
struct LinkProbeTests {
    private func measured(delay: Duration, rate: Double, _ probe: LinkProbe) throws -> LinkProbe.Samples {
        var seed = Seed.fromEnvironment()
        var faults = LinkFaults()
        (faults.delay, faults.rate) = (delay, ByteRate(bytesPerSecond: rate))
        let ends = SimulatedStream.pair(&seed, first: faults, second: faults, capacity: 8 << 20)
        let accepting = Monitor<Result<Connection, any Error>?>(nil)
        let serving = Companion {
            let result = Result { try Connection(ends.second, role: .responder) }
            accepting.change { $0 = result }
            if case .success(let connection) = result { try? WireServer([ProbeService()]).serve(connection) }
        }
        defer { serving.join() }
        let connection = try Connection(ends.first, role: .initiator)
        defer { connection.close() }
        return try probe.measure(connection)
    }

    /// The middle of some values.
    private func middle(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    @Test("finds what passes in a second however long the way is", arguments: [1, 80])
    func long(milliseconds: Int) throws {
        let rate = 20e6
        let samples = try measured(delay: .milliseconds(milliseconds), rate: rate, LinkProbe())
        #expect((1...5).contains(samples.up.count) && (1...5).contains(samples.down.count))
        // A busy machine measures less; the first bytes alone would say a tenth.
        for found in [middle(samples.up), middle(samples.down)] { #expect((0.2 * rate...1.3 * rate).contains(found)) }
        #expect(middle(samples.roundTrips) >= 0.002 * Double(milliseconds))
    }

    @Test("ends after a while where little passes, with what it has seen")
    func slow() throws {
        var probe = LinkProbe()
        (probe.directionSeconds, probe.rounds, probe.roundTripCount) = (1, 50, 2)
        let samples = try measured(delay: .milliseconds(1), rate: 1e6, probe)
        #expect(!samples.up.isEmpty && samples.up.count < 50 && !samples.down.isEmpty && samples.down.count < 50)
        for found in [middle(samples.up), middle(samples.down)] { #expect((0.2e6...1.5e6).contains(found)) }
    }
}
