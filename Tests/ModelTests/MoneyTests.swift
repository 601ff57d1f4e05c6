import Model
import Testing

@Suite("Money")
struct MoneyTests {
    @Test("is read and written exactly, in micro-dollars")
    func exactness() {
        #expect(Money(parsing: "12.30")?.micros == 12_300_000)
        #expect(Money(parsing: "$0.000001")?.micros == 1)
        #expect(Money(parsing: "-3")?.micros == -3_000_000)
        #expect(Money(micros: 12_300_000).decimal == "12.30")
        #expect(Money(micros: 12).decimal == "0.000012")
        #expect(Money(micros: -3_000_000).description == "-$3.00")
        #expect(Money(micros: 1_005_000).cents == "1.01")
        #expect(Money(micros: -1_004_999).cents == "-1.00")
        #expect(Money(micros: -4_999).cents == "0.00")
    }

    @Test(
        "is refused where it is finer than a micro-dollar, or no amount",
        arguments: ["0.0000001", "", "x", "1.2.3", "--1", "1e99", "$"])
    func refusals(text: String) { #expect(Money(parsing: text) == nil) }

    @Test("stays at its bound where a sum would pass it, and says so")
    func bounds() {
        let most = Money(micros: .max)
        #expect((most + Money(micros: 1)).isAtBound)
        #expect((Money(micros: .min) - Money(micros: 1)).isAtBound)
        #expect((Money(micros: 1 << 40) * (1 << 40)).isAtBound)
        #expect(Money(nearestDollars: 1e300).isAtBound)
        #expect(Money(nearestDollars: .nan) == .zero)
        #expect(!(Money(micros: 5) + Money(micros: 6)).isAtBound)
    }

    @Test("decimal numbers are read without a detour by binary fractions")
    func decimals() {
        #expect(DecimalText.scaled("2.7397e-05", places: 12) == 27_397_000)
        #expect(DecimalText.scaled("0.0875", places: 12) == 87_500_000_000)
        #expect(DecimalText.scaled("1e3", places: 0) == 1000)
        #expect(DecimalText.scaled(".5", places: 1) == 5)
        for bad in ["", ".", "1e", "e1", "1..2", "-1", "0.15", "1e400", "9" + String(repeating: "9", count: 60)] {
            #expect(DecimalText.scaled(bad, places: 1) == nil, "\(bad)")
        }
    }
}
