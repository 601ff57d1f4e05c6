public import Model

/// Amounts rounded to cents so that they still add up to their total rounded to cents.
public enum CentRounding {
    /// The cents of each amount: each is rounded down or up, those with the largest remainders up (largest remainder method).
    public static func cents(_ amounts: [Money]) -> [Int64] {
        let total = amounts.reduce(Money.zero, +)
        let wanted = round(total.micros)
        var floors = amounts.map { floor($0.micros) }
        let order = amounts.indices.sorted { a, b in
            let (x, y) = (amounts[a].micros - floors[a] * 10_000, amounts[b].micros - floors[b] * 10_000)
            return x > y || (x == y && a < b)
        }
        var missing = wanted - floors.reduce(0, +)
        for index in order where missing > 0 {
            floors[index] += 1
            missing -= 1
        }
        return floors
    }

    /// Cents as text: `12.30`.
    public static func text(_ cents: Int64) -> String {
        Money(micros: cents.multipliedReportingOverflow(by: 10_000).partialValue).cents
    }

    private static func floor(_ micros: Int64) -> Int64 {
        micros >= 0 ? micros / 10_000 : -((-micros + 9_999) / 10_000)
    }
    private static func round(_ micros: Int64) -> Int64 {
        micros >= 0 ? (micros + 5_000) / 10_000 : -((-micros + 5_000) / 10_000)
    }
}
