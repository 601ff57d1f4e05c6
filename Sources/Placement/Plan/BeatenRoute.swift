internal import Model

/// A route that no way of bringing some data takes, because another one is cheaper and quicker.
struct BeatenRoute: Sendable {
    /// The route in words: `from berlin on crate`.
    var name: String
    /// Whether it goes by way of another site.
    var isRelayed: Bool
    /// What takes it over, in words likewise.
    var better: String
    /// What it costs more.
    var money: Money
    /// What it takes longer, in seconds.
    var seconds: Double

    /// Why it is not taken for `dataset`, in a sentence.
    func reason(_ dataset: String) -> String {
        let cost = money < Money(micros: 5_000) ? "less than a cent more" : "$\(money.cents) more"
        let time = "\(Durations.text(seconds)) longer"
        if money == .zero { return "bringing \(dataset) this way takes \(time) than \(better), and costs as much" }
        if seconds == 0 { return "bringing \(dataset) this way costs \(cost) than \(better), and takes as long" }
        return "bringing \(dataset) this way costs \(cost) and takes \(time) than \(better)"
    }

    /// Of ways of bringing the same data, the routes that none of the `kept` ones takes and of which one of these is cheaper
    /// and quicker, or one of both and as good in the other, the cheapest first.
    ///
    /// Each device and each link that would be rented is told of; of relays, and of other senders, only the cheapest.
    static func all(of plans: [MovePlan], keeping kept: [MovePlan]) -> [BeatenRoute] {
        let taken = Set(kept.flatMap { $0.parts.map(\.route.name) })
        let single = plans.filter { $0.parts.count == 1 && !taken.contains($0.parts[0].route.name) }
        var out: [BeatenRoute] = []
        var hasRelay = false
        var hasSender = false
        for plan in single.sorted(by: { ($0.lines.total, $0.seconds, $0.name) < ($1.lines.total, $1.seconds, $1.name) })
        {
            let route = plan.parts[0].route
            let isNamed = route.capacity != nil || route.legs.contains { $0.link <= -2 }
            let isTold = isNamed ? out.contains { $0.name == route.name } : route.relay == nil ? hasSender : hasRelay
            guard !isTold, let better = kept.first(where: { isBetter($0, plan) }) else { continue }
            if !isNamed { if route.relay == nil { hasSender = true } else { hasRelay = true } }
            out.append(
                BeatenRoute(
                    name: route.name, isRelayed: route.relay != nil, better: better.name,
                    money: plan.lines.total - better.lines.total,
                    seconds: plan.seconds - better.seconds))
        }
        return out
    }

    private static func isBetter(_ a: MovePlan, _ b: MovePlan) -> Bool {
        let (less, sooner) = (b.lines.total - a.lines.total, b.seconds - a.seconds)
        return less >= .zero && sooner >= 0 && (less > .zero || sooner > 0)
    }
}
