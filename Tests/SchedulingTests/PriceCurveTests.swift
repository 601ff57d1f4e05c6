import Scheduling
import TestSupport
import Testing

@Suite("The cheapest start within a night")
struct PriceCurveTests {
    @Test("is the earliest of those at which the work costs least")
    func starts() {
        let night = Instant(0)..<Instant(7 * 3600)
        func start(_ prices: [(Int64, Int64)], hours: Int64) -> Int64 {
            let curve = PriceCurve(prices.map { PriceCurve.Step(from: Instant($0.0 * 3600), price: $0.1) })
            return curve.cheapestStart(in: night, seconds: hours * 3600).seconds
        }
        #expect(start([], hours: 2) == 0)
        #expect(start([(0, 5)], hours: 2) == 0)
        #expect(start([(0, 5), (3, 2), (5, 4)], hours: 2) == 3 * 3600)
        // Three hours: two of them cheap, the third at the lower of the two prices beside them.
        #expect(start([(0, 5), (3, 2), (5, 4)], hours: 3) == 3 * 3600)
        #expect(start([(0, 4), (3, 2), (5, 5)], hours: 3) == 2 * 3600)
        #expect(start([(0, 9), (1, 1)], hours: 20) == 0, "work that is longer than the night begins with it")
        #expect(start([(0, 1), (1, 2), (4, 1)], hours: 1) == 0, "of two equal ones the earlier")
    }

    @Test("is no dearer than any other second of the night")
    func bruteForce() {
        var seed = Seed.fromEnvironment()
        for _ in 0..<300 {
            let steps = (0..<Int.random(in: 0...6, using: &seed)).map { _ in
                PriceCurve.Step(
                    from: Instant(Int64.random(in: -50..<350, using: &seed)),
                    price: Int64.random(in: 0...5, using: &seed))
            }
            let curve = PriceCurve(steps)
            let night = Instant(0)..<Instant(Int64.random(in: 1...300, using: &seed))
            let seconds = Int64.random(in: 1...320, using: &seed)
            let start = curve.cheapestStart(in: night, seconds: seconds)
            let latest = max(0, night.upperBound.seconds - seconds)
            let all = (0...latest).map { (curve.cost(from: Instant($0), seconds: seconds), $0) }
            let cheapest = all.map(\.0).min()
            #expect(curve.cost(from: start, seconds: seconds) == cheapest, "seed \(seed.value)")
            #expect((0...latest).contains(start.seconds), "seed \(seed.value)")
        }
    }
}
