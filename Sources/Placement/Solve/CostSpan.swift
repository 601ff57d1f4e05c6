/// What one thing can cost more than another, whatever else the meters that they use are used for.
struct CostSpan: Sendable {
    /// What something costs by itself, and what it uses.
    typealias Cost = (cost: Int64, uses: [SharedMeter.Use])

    /// What one more of each meter can cost, in micro-dollars.
    let slopes: [ClosedRange<Double>]

    /// What something costs at least, in micro-dollars.
    func least(_ a: Cost) -> Double { -most((0, []), over: a) }

    /// What `a` costs more than `b` at most, in micro-dollars; less than nothing where it is always cheaper.
    ///
    /// What both use alike costs them the same. What `a` uses besides costs it the steepest slope at most, and what `b` uses
    /// besides costs that one the flattest at least.
    func most(_ a: Cost, over b: Cost) -> Double {
        var sum = a.uses.reduce(Double(a.cost)) { $0 - Double($1.single) }
        sum -= b.uses.reduce(Double(b.cost)) { $0 - Double($1.single) }
        guard !a.uses.isEmpty || !b.uses.isEmpty else { return sum }
        var over: [(meter: Int, amount: Double)] = []
        for (uses, sign) in [(a.uses, 1.0), (b.uses, -1.0)] {
            for use in uses {
                if let at = over.firstIndex(where: { $0.meter == use.meter }) {
                    over[at].amount += sign * Double(use.amount)
                } else {
                    over.append((use.meter, sign * Double(use.amount)))
                }
            }
        }
        return over.reduce(sum) {
            $0 + $1.amount * ($1.amount > 0 ? slopes[$1.meter].upperBound : slopes[$1.meter].lowerBound)
        }
    }
}
