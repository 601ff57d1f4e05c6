import Calibration
import Model
import TestSupport
import Testing

@Suite("The rate of a link")
struct LinkRateTests {
    private func seen(_ rate: Double, _ second: Int64, _ kind: LinkObservation.Kind = .probe) -> LinkObservation {
        LinkObservation(at: Timestamp(seconds: second), kind: kind, rate: rate)
    }

    @Test("is unknown while nothing was seen, and that of a single probe with a usual spread")
    func few() throws {
        #expect(LinkRate([]) == nil)
        let one = try #require(LinkRate([seen(1e6, 7)]))
        #expect(abs(one.rate.p50 - 1e6) < 1)
        #expect(one.at == Timestamp(seconds: 7) && one.probes == 1 && one.transfers == 0)
        // Two thirds of the usual variance, doubled, since the mean is as uncertain: by hand 0.12 x sqrt(2 / 3 x 2), times
        // Student's 1 + (1.6449^2 + 1) / 12.
        #expect(abs(one.sigma - 0.12 * (4.0 / 3).squareRoot() * (1 + 3.705_543 / 12)) < 1e-6)
        #expect(abs(one.rate.p90 / one.rate.p50 - LogNormal.spread(1, sigma: one.sigma).p90) < 1e-12)
    }

    @Test("moves towards what is seen last, and is surer the more agree")
    func moves() throws {
        let steady = try #require(LinkRate((0..<20).map { seen(5e6, Int64($0), .transfer) }))
        #expect(abs(steady.rate.p50 - 5e6) < 1 && steady.transfers == 20)
        let few = try #require(LinkRate([seen(5e6, 0), seen(5e6, 1)]))
        #expect(steady.sigma < few.sigma)
        let slower = try #require(LinkRate((0..<20).map { seen($0 < 12 ? 5e6 : 2e6, Int64($0)) }))
        #expect(slower.rate.p50 < 3e6 && slower.rate.p50 > 2e6)
        let wild = try #require(LinkRate((0..<20).map { seen($0 % 2 == 0 ? 1e6 : 9e6, Int64($0)) }))
        #expect(wild.sigma > 3 * steady.sigma)
    }

    @Test("holds nine of ten of what comes next in its interval")
    func coverage() throws {
        var seed = Seed.fromEnvironment()
        var kept = 0
        let tries = 2000
        for _ in 0..<tries {
            let sigma = 0.05 + Double(seed.next() % 100) / 400
            let rates = (0..<9).map { _ in 1e6 * factor(sigma * normal(&seed)) }
            let known = try #require(LinkRate(rates.dropLast().enumerated().map { seen($1, Int64($0)) }))
            if LogNormal.interval(known.rate).contains(rates[8]) { kept += 1 }
        }
        #expect((0.85...0.95).contains(Double(kept) / Double(tries)), "\(kept) of \(tries), seed \(seed.value)")
    }

    /// e to the power of `exponent`.
    private func factor(_ exponent: Double) -> Double {
        let spread = LogNormal.spread(1, sigma: abs(exponent) / LogNormal.z90)
        return exponent < 0 ? spread.p10 : spread.p90
    }

    /// Nearly normal: the sum of twelve uniform numbers.
    private func normal(_ seed: inout Seed) -> Double {
        (0..<12).reduce(-6) { sum, _ in sum + Double(seed.next() >> 11) / 0x1p53 }
    }

    @Test("is told by no transfer that is too short to tell")
    func short() {
        let at = Timestamp(seconds: 1)
        #expect(LinkObservation(at: at, bytes: 1000, seconds: 10, start: 0) == nil)
        #expect(LinkObservation(at: at, bytes: 1 << 30, seconds: 0.1, start: 0) == nil)
        #expect(LinkObservation(at: at, bytes: 1 << 30, seconds: .infinity, start: 0) == nil)
        #expect(LinkObservation(at: at, bytes: 3_000_000, seconds: 4, start: 1)?.rate == 1e6)
        // What connections take to begin with is never believed to be more than half of it.
        #expect(LinkObservation(at: at, bytes: 3_000_000, seconds: 4, start: 100)?.rate == 1.5e6)
    }
}
