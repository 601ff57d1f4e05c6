internal import Catalog
internal import Configurations
internal import Model
internal import Scheduling

/// How fast each of several attempts may be: what the configuration allows, divided fairly.
struct LinkShares {
    private let settings: ServiceSettings
    private let minute: Int

    /// Shares at a minute of the day.
    init(_ settings: ServiceSettings, minute: Int) {
        self.settings = settings
        self.minute = minute
    }

    /// The rate of each, in bytes a second; nil where nothing limits it.
    func rates(_ orders: [WorkOrder]) -> [Double?] {
        var capacities: [Double] = []
        var numbers: [String: Int] = [:]
        let passes = orders.map { links($0) }
        var users: [String: Int] = [:]
        for pass in passes { for link in pass { users[link, default: 0] += 1 } }
        for (link, count) in users.sorted(by: { $0.key < $1.key }) {
            guard let capacity = capacity(link, shared: count > 1) else { continue }
            numbers[link] = capacities.count
            capacities.append(capacity)
        }
        let transfers = zip(orders, passes).map { order, pass in
            let rule = settings.schedule(order.id.schedule)?.specification
            return FairShare.Transfer(
                links: pass.compactMap { numbers[$0] }, weight: Double(rule?.weight ?? 1), priority: rule?.priority ?? 0
            )
        }
        return FairShare.rates(transfers, over: capacities).map { $0.isFinite ? $0 : nil }
    }

    /// What the data of an attempt passes: the link, its two ends, this host.
    private func links(_ order: WorkOrder) -> [String] {
        guard order.job.verb.moves, let from = order.from, from != order.job.site else { return ["host"] }
        return ["host", "site \(from)", "site \(order.job.site)", "link \(from) \(order.job.site)"]
    }

    /// What something carries now; nil where nothing is said.
    ///
    /// A bandwidth divides a link among several, but does not hold one alone, which finds out by itself what there is.
    private func capacity(_ name: String, shared: Bool) -> Double? {
        let words = name.split(separator: " ").map(String.init)
        let configuration = settings.configuration
        switch words.count {
        case 1: return configuration.limits.rate?.rate(atMinute: minute)?.bytesPerSecond
        case 2: return configuration.site(words[1])?.limit?.rate(atMinute: minute)?.bytesPerSecond
        default:
            guard let link = configuration.link(from: words[1], to: words[2]) else { return nil }
            let rates = [link.limit?.rate(atMinute: minute), shared ? link.bandwidth : nil].compactMap { $0 }
            return rates.min()?.bytesPerSecond
        }
    }
}
