internal import Model

/// The ways of bringing some data to a site.
struct MovePlans: Sendable {
    /// Those of which none is both dearer and slower than another.
    var plans: [MovePlan]
    /// Why others cannot be taken.
    var refusals: [Refusal]
    /// Routes that none of these takes because another one is cheaper and quicker.
    var beaten: [BeatenRoute]
}

/// Who sends what to a site, what that costs and how long it takes.
struct MovePlan: Sendable {
    /// Bytes on one route.
    struct Part: Sendable {
        /// The route.
        var route: Route
        /// Bytes on the wire.
        var bytes: UInt64
    }

    /// In words: `from berlin`, `from berlin and paris`.
    var name: String
    /// What goes where; each route once.
    var parts: [Part]
    /// What it costs, requests and retrieval included.
    var lines: CostLines
    /// How long it takes in the middle.
    var seconds: Double
    /// So many times the bytes go over the routes.
    var repeats = 1.0
    /// How often it is made, passes counted: what others move under the same tariff meets that of the first month.
    var recurrence = Recurrence.once
    /// Months for which its bytes at rest are paid for, each time that they are kept.
    var months = 0.0
    /// How often they are kept.
    var kept = 1.0
    /// Seconds besides, such as those of requests waited for.
    var extra = 0.0
    /// Seconds that the destination needs at least to take the bytes in.
    var least = 0.0
    /// Bytes at rest when it has ended: plain files, as work reads them.
    var plain: UInt64 = 0
    /// Objects that are read, and at rest when it has ended.
    var objects: UInt64 = 0
    /// Whether they are written at the destination.
    var isWritten = true

    /// Bytes on the wire, each leg of a relay counted.
    var bytes: UInt64 { parts.reduce(0) { $0 + $1.bytes * UInt64(max(1, $1.route.legs.count)) } }

    /// Bytes on the wire of each part once, relays or not.
    var payload: UInt64 { parts.reduce(0) { $0 + $1.bytes } }

    /// What tells it from other plans for the same bytes.
    var key: String { parts.map { "\($0.route.name) \($0.bytes)" }.joined(separator: ", ") }

    /// A byte and its answer over the longest of its routes, in seconds.
    var roundTrip: Double { parts.map { $0.route.legs.map(\.roundTrip).reduce(0, +) }.max() ?? 0 }

    /// The share of its bytes that a part is.
    func share(of part: Part) -> Double { payload == 0 ? 0 : Double(part.bytes) / Double(payload) }

    /// How long it takes where links are so many times faster than in the middle, and there are so many times the bytes.
    func seconds(startSecond: Int?, share: Double = 1, factor: (Int) -> Double) -> Double {
        var slowest = 0.0
        for part in parts {
            let bytes = UInt64(min(max(0, Double(part.bytes) * share), 0x1p62))
            slowest = max(slowest, part.route.seconds(bytes, startSecond: startSecond, factor: factor))
        }
        return max(slowest, least * share) * repeats + extra
    }

    /// How long it takes in a share `q` of cases: each route by what is kept in the q-th power's root of as many.
    func sureSeconds(_ q: Double, startSecond: Int?, error: Double) -> Double {
        let count = Double(max(1, Set(parts.map(\.route.name)).count))
        let z = Normal.quantile(power(q, 1 / count))
        let sigmas = Dictionary(parts.flatMap { $0.route.legs.map { ($0.link, $0.sigma) } }) { $1 }
        return seconds(startSecond: startSecond, share: 1 + max(0, z) * error) { Normal.exp(-z * (sigmas[$0] ?? 0)) }
    }

    /// What it costs to be made again and again; tiers and allowances of traffic begin anew each month.
    func lines(_ recurrence: Recurrence) -> CostLines {
        var out = lines.times(recurrence.total)
        guard recurrence != .once else { return out }
        let legs = parts.flatMap { part in part.route.legs.map { (part: part, leg: $0) } }
        guard legs.contains(where: { !$0.leg.schedule.isFlat }) else { return out }
        out[.egress] = legs.reduce(.zero) { $0 + Self.egress($1.part, $1.leg, recurrence) }
        return out
    }

    /// What a part costs on one leg of its route, as often as it is made.
    func egress(_ part: Part, _ leg: Route.Leg, monthLeft: Double?) -> Money {
        recurrence == .once
            ? part.route.egress(leg, part.bytes, monthLeft: monthLeft) : Self.egress(part, leg, recurrence)
    }

    private static func egress(_ part: Part, _ leg: Route.Leg, _ recurrence: Recurrence) -> Money {
        leg.schedule.cost(times(part.bytes, recurrence.first), monthToDate: leg.monthToDate)
            + leg.schedule.cost(times(part.bytes, recurrence.month)).times(recurrence.months)
    }

    /// The bytes of a part that its tariffs see in the first month.
    func inFirstMonth(_ part: Part, _ monthLeft: Double?) -> UInt64 {
        recurrence.first == 1 ? part.route.share(part.bytes, monthLeft) : Self.times(part.bytes, recurrence.first)
    }

    static func times(_ bytes: UInt64, _ factor: Double) -> UInt64 {
        whole((Double(bytes) * factor).rounded())
    }

    /// Whole bytes of so many, 2^62 at most.
    static func whole(_ bytes: Double) -> UInt64 { UInt64(min(max(0, bytes), 0x1p62)) }

    /// The sum of bytes, 2^62 at most.
    static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 { min(min(a, 1 << 62) + min(b, 1 << 62), 1 << 62) }

    private func power(_ x: Double, _ y: Double) -> Double { Normal.exp(y * Normal.log(x)) }
}
