import Foundation
import Model
import TestSupport
import Testing

@Suite("A quantity")
struct QuantityTests {
    @Test("is a number and a unit")
    func parsing() {
        #expect(Quantity(parsing: "  1.5 h ")?.number == 1.5)
        #expect(Quantity(parsing: "  1.5 h ")?.unit == "h")
        #expect(Quantity(parsing: "90")?.unit == "")
        #expect(Quantity(parsing: "h") == nil)
        #expect(Quantity(parsing: ".") == nil)
    }

    @Test(
        "is written with as many decimals as asked for",
        arguments: [
            (2, 1, "2.0"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (-1.25, 1, "-1.3"), (1.005, 0, "1"),
            (12.3456, 3, "12.346"),
            (0.007, 2, "0.01"), (.infinity, 1, "inf"),
        ] as [(Double, Int, String)])
    func decimals(value: Double, places: Int, text: String) { #expect(Quantity.decimal(value, places: places) == text) }

    @Test("agrees with the C library where that rounds the same way")
    func decimalsAgainstPrintf() {
        var seed = Seed.fromEnvironment()
        for _ in 0..<2000 {
            // Multiples of 1/1024 have an exact value, and 3 decimals never lie halfway between two of them.
            let value = Double(Int.random(in: -1_000_000_000...1_000_000_000, using: &seed)) / 1024
            guard (value.magnitude * 1000).truncatingRemainder(dividingBy: 1) != 0.5, value.magnitude > 0.001 else {
                continue
            }
            #expect(Quantity.decimal(value, places: 3) == String(format: "%.3f", value), "seed \(seed.value)")
        }
    }

    @Test(
        "sets thousands apart",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (78_123, "78,123"), (-1_234_567, "-1,234,567"),
            (.min, "-9,223,372,036,854,775,808"),
        ] as [(Int, String)])
    func grouping(value: Int, text: String) { #expect(Quantity.grouped(value) == text) }
}

@Suite("A spread")
struct SpreadTests {
    @Test("keeps its order through a mapping, and its members through JSON")
    func mapping() throws {
        let spread = Spread(p10: 1, p50: 2, p90: 3).map { $0 * 10 }
        #expect(spread == Spread(p10: 10, p50: 20, p90: 30))
        #expect(Spread(exactly: 5) == Spread(p10: 5, p50: 5, p90: 5))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(spread), as: UTF8.self)
        #expect(text == #"{"p10":10,"p50":20,"p90":30}"#)
    }
}
