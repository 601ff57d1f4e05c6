import Model
import Placement
import TestSupport
import Testing

@Suite("Prices of bytes")
struct PriceTests {
    /// Tiers as a price page has them, without its free allowance.
    private func tiers(_ unit: ByteUnit, _ edges: [(UInt64?, String)]) throws -> TierSchedule {
        let tiers = try edges.map { edge, price in
            TierSchedule.Tier(upTo: edge.map { $0 * unit.bytes }, price: try #require(Price(parsing: price)))
        }
        return try #require(TierSchedule(unit: unit, tiers: tiers))
    }

    private func random(_ seed: inout Seed) throws -> TierSchedule {
        var edge: UInt64 = 0
        var tiers: [TierSchedule.Tier] = []
        for _ in 0..<Int.random(in: 0...4, using: &seed) {
            edge += UInt64.random(in: 1...5_000_000_000_000, using: &seed)
            tiers.append(.init(upTo: edge, price: Price(picos: Int64.random(in: 0...200_000_000_000, using: &seed))))
        }
        tiers.append(.init(upTo: nil, price: Price(picos: Int64.random(in: 0...200_000_000_000, using: &seed))))
        let unit = try #require(ByteUnit.allCases.randomElement(using: &seed))
        return try #require(
            TierSchedule(unit: unit, free: UInt64.random(in: 0...200_000_000_000, using: &seed), tiers: tiers))
    }

    @Test("rise with bytes, are continuous at edges, and do not change when a transfer is cut in parts")
    func properties() throws {
        var seed = Seed.fromEnvironment()
        for _ in 0..<2_000 {
            let schedule = try random(&seed)
            let start = UInt64.random(in: 0...20_000_000_000_000, using: &seed)
            let a = UInt64.random(in: 0...9_000_000_000_000, using: &seed)
            let b = UInt64.random(in: 0...9_000_000_000_000, using: &seed)
            let whole = schedule.cost(a + b, monthToDate: start)
            #expect(whole >= schedule.cost(a, monthToDate: start), "seed \(seed.value)")
            #expect(
                schedule.cost(a, monthToDate: start) + schedule.cost(b, monthToDate: start + a) == whole,
                "seed \(seed.value)")
            for edge in schedule.tiers.compactMap(\.upTo) + [schedule.free] where edge > 0 {
                let step = schedule.month(edge + 1) - schedule.month(edge - 1)
                #expect(step <= Money(micros: 2), "seed \(seed.value)")
                #expect(step >= .zero, "seed \(seed.value)")
            }
        }
    }

    @Test("of the free allowance and later tiers follow what the month has seen")
    func monthToDate() throws {
        let aws = try #require(try Books.prices().schedule("aws.egress.internet.us_eu"))
        let gb: UInt64 = 1_000_000_000
        #expect(aws.cost(100 * gb) == .zero)
        #expect(aws.cost(1 * gb, monthToDate: 100 * gb).decimal == "0.09")
        #expect(aws.cost(1 * gb, monthToDate: 60_000 * gb).decimal == "0.07")
        #expect(aws.cost(200 * gb).decimal == "9.00")
        #expect(aws.marginal(monthToDate: 0) == .zero)
        #expect(aws.marginal(monthToDate: 200_000 * gb).description == "0.05")
    }

    @Test("tell gigabytes from gibibytes")
    func units() throws {
        let price = try #require(Price(parsing: "0.12"))
        let bytes: UInt64 = 1 << 40
        #expect(TierSchedule(flat: price, unit: .gibibyte).cost(bytes).decimal == "122.88")
        #expect(TierSchedule(flat: price, unit: .gigabyte).cost(bytes).decimal == "131.941395")
        let hour = try #require(Price(parsing: "2.7397e-05"))
        #expect(hour.cost(bytes * 730, unit: ByteUnit.gibibyte.bytes).cents == "20.48")
    }

    /// What SkyPilot 0.14.1 answers, as its `get_egress_cost` of AWS, Azure and GCP compute it.
    private enum SkyPilot {
        static func marginal(_ gigabytes: Double, _ first: Double, _ second: Double) -> Double {
            var rest = gigabytes
            if rest > 150 * 1024 { return 0.05 * rest }
            var cost = 0.0
            for (edge, price) in [(50.0 * 1024, 0.07), (10 * 1024, second)] where rest >= edge {
                cost += (rest - edge) * price
                rest -= edge
            }
            return rest > 1 ? cost + (rest - 1) * first : cost
        }

        static func aws(_ gigabytes: Double) -> Double { marginal(gigabytes, 0.09, 0.085) }
        static func azure(_ gigabytes: Double) -> Double { marginal(gigabytes, 0.0875, 0.083) }
        static func gcp(_ gigabytes: Double) -> Double {
            gigabytes * (gigabytes <= 1024 ? 0.12 : gigabytes <= 10_240 ? 0.11 : 0.08)
        }
    }

    /// Gigabytes, SkyPilot's AWS, the true AWS without a free tier, SkyPilot's GCP, the true GCP, SkyPilot's Azure; the
    /// columns of SkyPilot by running its wheel of 0.14.1.
    private static let table: [(UInt64, Double, String, Double, String, Double)] = [
        (100, 8.91, "9.00", 12.00, "12.00", 8.6625),
        (1_024, 92.07, "92.16", 122.88, "122.88", 89.5125),
        (1_025, 92.16, "92.25", 112.75, "122.99", 89.60),
        (10_239, 921.42, "921.51", 1_126.29, "1136.53", 895.825),
        (10_240, 0.00, "921.60", 1_126.40, "1136.64", 0.00),
        (11_264, 179.11, "1008.64", 901.12, "1218.56", 174.50),
        (20_480, 1_791.91, "1792.00", 1_638.40, "1955.84", 1_745.83),
        (51_200, 0.00, "4403.20", 4_096.00, "4413.44", 0.00),
        (61_440, 716.80, "5120.00", 4_915.20, "5232.64", 716.80),
        (153_600, 23_295.91, "11571.20", 12_288.00, "12605.44", 22_881.18),
        (153_601, 7_680.05, "11571.25", 12_288.08, "12605.52", 7_680.05),
    ]

    @Test("are not what SkyPilot's functions say above ten terabytes")
    func skyPilot() throws {
        let aws = try tiers(.gigabyte, [(10_240, "0.09"), (51_200, "0.085"), (153_600, "0.07"), (nil, "0.05")])
        let gcp = try tiers(.gibibyte, [(1_024, "0.12"), (10_240, "0.11"), (nil, "0.08")])
        for (gigabytes, theirAWS, trueAWS, theirGCP, trueGCP, theirAzure) in Self.table {
            let count = Double(gigabytes)
            #expect(abs(SkyPilot.aws(count) - theirAWS) < 0.006, "\(gigabytes)")
            #expect(abs(SkyPilot.gcp(count) - theirGCP) < 0.006, "\(gigabytes)")
            #expect(abs(SkyPilot.azure(count) - theirAzure) < 0.013, "\(gigabytes)")
            #expect(aws.cost(gigabytes * 1_000_000_000).decimal == trueAWS, "\(gigabytes)")
            #expect(gcp.cost(gigabytes << 30).decimal == trueGCP, "\(gigabytes)")
        }
    }

    @Test("are exact for hours and requests, and rounded once")
    func hours() throws {
        #expect(try #require(Price(parsing: "55.04")).cost(seconds: 5400).decimal == "82.56")
        #expect(try #require(Price(parsing: "0.0000004")).cost(units: 3).decimal == "0.000001")
        #expect(try #require(Price(parsing: "0.0000004")).cost(units: 10_000_000).decimal == "4.00")
        for bad in ["", "-1", "free", "0.0000000000001", "1000001"] { #expect(Price(parsing: bad) == nil, "\(bad)") }
    }
}
