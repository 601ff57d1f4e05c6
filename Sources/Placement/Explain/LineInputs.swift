internal import Model

/// What the lines of an option come of, in words, so that each can be worked out by hand.
struct LineInputs {
    private let compiled: CompiledScenario
    private let work: Scenario.Workload
    private let option: PlacementOption
    private let paid: [MovePlan]
    private var scenario: Scenario { compiled.scenario }

    /// The lines of an option that `paid` moves are paid with.
    init(_ compiled: CompiledScenario, _ work: Scenario.Workload, _ option: PlacementOption, _ paid: [MovePlan]) {
        (self.compiled, self.work, self.option, self.paid) = (compiled, work, option, paid)
    }

    /// What a line comes of; nil where there is nothing to say.
    func text(_ line: CostLine) -> String? {
        let parts: [String] =
            switch line {
            case .compute: compute()
            case .egress: paid.flatMap(traffic)
            case .fees: paid.flatMap(fees)
            case .requests: paid.flatMap(requests)
            case .retrieval: paid.flatMap(retrieval)
            case .storage: paid.flatMap(storage)
            case .image: option.image.map(traffic) ?? []
            case .results: option.returned.flatMap { traffic($0) + fees($0) }
            case .carbon: carbon()
            case .waiting: waiting()
            case .sharing: []
            }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    // MARK: - Machines

    private func compute() -> [String] {
        let offer = scenario.sites[option.site].offers[option.offer]
        let machines = work.machines > 1 ? " for \(work.machines) machines" : ""
        let runs = Self.often(work.runs)
        func hours(_ seconds: Double, _ price: Price) -> String {
            "\(Self.hours(seconds)) at \(Self.price(price)) an hour"
        }
        var out = [hours(max(option.working, offer.minimumBilling), option.hour) + machines + runs]
        if let first = option.first {
            let place = scenario.sites[first.site].name
            out.append(hours(first.billed, first.price) + " at \(place)" + machines + runs)
        }
        return out
    }

    private func carbon() -> [String] {
        let offer = scenario.sites[option.site].offers[option.offer]
        guard let price = scenario.carbonPrice, option.carbon > 0 else { return [] }
        let times = Double(work.machines) * work.runs
        let first = option.first.map { (energy: $0.energy * times, grams: $0.carbon ?? 0) }
        let energy = offer.power * option.working / 3600 * times
        let grams = (option.carbon - (first.map { $0.energy * $0.grams } ?? 0)) / max(energy, 1e-12)
        return ([(energy, grams)] + [first].compactMap(\.self)).filter { $0.0 * $0.1 > 0 }.map { energy, grams in
            "\(Self.number(energy)) kWh of \(Self.number(grams)) g at \(Self.price(price)) a tonne"
        }
    }

    private func waiting() -> [String] {
        let again =
            work.runs > 1
            ? ", and \(Self.hours(option.again)) of each later run" : ""
        return ["\(Self.hours(option.ready + option.work))\(again) at \(Self.price(work.hourValue)) an hour"]
    }

    // MARK: - Bytes

    /// Each leg of each part: where from, how many bytes by which tiers, how often.
    private func traffic(_ plan: MovePlan) -> [String] {
        plan.parts.flatMap { part in
            part.route.legs.enumerated().map { index, leg in
                let from = scenario.sites[index == 0 ? part.route.from : part.route.relay ?? part.route.from].name
                return bill(leg, part, plan.recurrence) + " from \(from)"
            }
        }
    }

    private func bill(_ leg: Route.Leg, _ part: MovePlan.Part, _ recurrence: Recurrence) -> String {
        if recurrence == .once {
            let within = part.route.share(part.bytes, compiled.monthLeft)
            let now = Self.tiers(leg.schedule, within, leg.monthToDate)
            return within == part.bytes
                ? now : "\(now), and in the next month \(Self.tiers(leg.schedule, part.bytes - within, 0))"
        }
        if leg.schedule.isFlat {
            return Self.tiers(leg.schedule, part.bytes, 0) + ", \(Self.number(recurrence.total)) times"
        }
        let first = Self.tiers(leg.schedule, MovePlan.times(part.bytes, recurrence.first), leg.monthToDate)
        guard recurrence.months > 0 else { return first }
        let later = Self.tiers(leg.schedule, MovePlan.times(part.bytes, recurrence.month), 0)
        return "\(first) in the first month, \(later) in each of \(Self.number(recurrence.months)) more"
    }

    /// `100 GB free + 1100 GB at $0.09`.
    static func tiers(_ schedule: TierSchedule, _ bytes: UInt64, _ seen: UInt64) -> String {
        let end = seen.addingReportingOverflow(bytes)
        let last = end.overflow ? UInt64.max : end.partialValue
        let edges = [seen] + schedule.edges.filter { $0 > seen && $0 < last } + [last]
        let parts = zip(edges, edges.dropFirst()).map { low, high in
            let amount = amount(high - low, schedule.unit)
            let price = schedule.marginal(monthToDate: low)
            return low < schedule.free ? "\(amount) free" : "\(amount) at \(Self.price(price))"
        }
        return parts.joined(separator: " + ") + (seen > 0 ? " (after \(amount(seen, schedule.unit)))" : "")
    }

    private func fees(_ plan: MovePlan) -> [String] {
        plan.parts.filter { $0.route.fee > .zero }.map { part in
            let route = part.route
            let name = route.name.split(separator: " ").last.map(String.init) ?? route.name
            let often = Self.often(plan.recurrence.total)
            if let capacity = route.capacity {
                let count = (part.bytes + capacity - 1) / max(1, capacity)
                return "\(name), \(count) at $\(route.fee.decimal)\(often)"
            }
            if let rented = scenario.dedicated.first(where: { $0.name == name }), let price = rented.price.price {
                let fixed = rented.link.fee > .zero ? " and $\(rented.link.fee.decimal)" : ""
                let hours = Self.hours(rented.commitment * 3600)
                return "\(name), \(hours) at \(Self.price(price)) an hour\(fixed)\(often)"
            }
            return "$\(route.fee.decimal) for the move \(route.name)\(often)"
        }
    }

    private func requests(_ plan: MovePlan) -> [String] {
        let often = Self.often(plan.recurrence.total)
        var out: [String] = []
        func add(_ price: Price?, _ share: Double, _ what: String, _ site: Int) {
            guard let price, price > .zero else { return }
            let count = UInt64((Double(plan.objects) * share).rounded(.up))
            out.append(
                "\(Quantity.grouped(count)) \(what) at \(scenario.sites[site].name) at \(Self.price(price))\(often)")
        }
        if plan.isWritten, let to = plan.parts.first?.route.to {
            add(scenario.sites[to].storage?.put, 1, "writes", to)
        }
        for part in plan.parts {
            add(scenario.sites[part.route.from].storage?.get, plan.share(of: part), "reads", part.route.from)
        }
        return out
    }

    private func retrieval(_ plan: MovePlan) -> [String] {
        plan.parts.compactMap { part in
            guard let price = scenario.sites[part.route.from].storage?.retrieval, price > .zero else { return nil }
            let plain = UInt64((Double(plan.plain) * plan.share(of: part)).rounded())
            return "\(Self.amount(plain, .gigabyte)) at \(Self.price(price))" + Self.often(plan.recurrence.total)
        }
    }

    private func storage(_ plan: MovePlan) -> [String] {
        let storage = plan.parts.first.flatMap { scenario.sites[$0.route.to].storage } ?? Scenario.Storage()
        guard plan.months > 0, let schedule = storage.tariff.schedule else { return [] }
        let bytes = Self.tiers(schedule, plan.atRest(in: storage), storage.stored)
        let months = plan.months
        let time =
            months < 2 ? "\(Self.hours(months * 730 * 3600)) of a month of 730" : "\(Self.number(months)) months"
        return ["\(bytes) a month for \(time)" + Self.often(plan.kept)]
    }

    // MARK: - Numbers

    /// How many times, unless it is once.
    private static func often(_ count: Double) -> String { count == 1 ? "" : ", \(number(count)) times" }

    /// Dollars with cents, and as many decimals more as there are.
    static func price(_ price: Price) -> String {
        let text = price.description
        guard let dot = text.firstIndex(of: ".") else { return "$\(text).00" }
        return "$" + text + (text.distance(from: dot, to: text.endIndex) == 2 ? "0" : "")
    }

    /// Hours with as many decimals as they need, at most four; what is shorter than six minutes in seconds.
    static func hours(_ seconds: Double) -> String {
        seconds < 360 ? "\(number(seconds)) s" : "\(number(seconds / 3600)) h"
    }

    /// Bytes in a unit of prices.
    static func amount(_ bytes: UInt64, _ unit: ByteUnit) -> String {
        "\(number(Double(bytes) / Double(unit.bytes))) \(unit.rawValue)"
    }

    /// At most four decimals, or six digits of what is smaller than one, and none that are zero at the end.
    static func number(_ value: Double) -> String {
        var text = Quantity.decimal(value, places: value < 0.01 ? 9 : 4)
        guard text.contains(".") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
