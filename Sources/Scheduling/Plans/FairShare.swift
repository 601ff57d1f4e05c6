/// Divides links among the transfers that use them.
///
/// Higher priorities come first: lower ones share what these leave. Within a priority the division is max-min fair by
/// weight: no transfer could get more without one that has no more than it, for its weight, getting less. Each transfer is
/// held by a link that is full, or by its own limit.
///
/// After "progressive filling", Bertsekas and Gallager, *Data Networks*, section 6.5.2. Costs the number of links times the
/// number of transfers.
public enum FairShare {
    /// A transfer that would take all it can get.
    public struct Transfer: Hashable, Sendable {
        /// The links that it passes, by number.
        public let links: [Int]
        /// Its share beside others.
        public let weight: Double
        /// Those of a higher priority are served first.
        public let priority: Int
        /// The most that it can use, in bytes a second; nil for any rate.
        public let limit: Double?

        /// A transfer; its weight is at least a thousandth.
        public init(links: [Int], weight: Double = 1, priority: Int = 0, limit: Double? = nil) {
            self.links = Array(Set(links)).sorted()
            self.weight = max(weight, 0.001)
            self.priority = priority
            self.limit = limit
        }
    }

    /// The rate of each transfer, in the order in which they are given.
    ///
    /// - Parameter capacities: what each link carries, in bytes a second. A transfer without links or with unknown ones is
    ///   held by its limit alone.
    public static func rates(_ transfers: [Transfer], over capacities: [Double]) -> [Double] {
        var rest = capacities.map { max(0, $0) }
        var rates = [Double](repeating: 0, count: transfers.count)
        for priority in Set(transfers.map(\.priority)).sorted(by: >) {
            var open = transfers.indices.filter { transfers[$0].priority == priority }
            while !open.isEmpty {
                let level = level(transfers, open, rest)
                let held = open.filter { isHeld(transfers[$0], at: level, transfers, open, rest) }
                // Rounding may leave nobody at the level; whoever is lowest then is.
                for index in held.isEmpty ? open : held {
                    rates[index] = min(transfers[index].weight * level, transfers[index].limit ?? .infinity)
                }
                let done = Set(held.isEmpty ? open : held)
                for index in open where done.contains(index) {
                    for link in transfers[index].links where rest.indices.contains(link) {
                        rest[link] = max(0, rest[link] - rates[index])
                    }
                }
                open.removeAll { done.contains($0) }
            }
        }
        return rates
    }

    /// The rate for a weight of one at which the first of the open transfers cannot grow any more.
    private static func level(_ transfers: [Transfer], _ open: [Int], _ rest: [Double]) -> Double {
        let limits = open.compactMap { index in transfers[index].limit.map { max(0, $0) / transfers[index].weight } }
        var level = limits.min() ?? .infinity
        for link in rest.indices { level = min(level, share(link, transfers, open, rest)) }
        return level
    }

    /// What a link has for a weight of one; infinite where nobody uses it.
    private static func share(_ link: Int, _ transfers: [Transfer], _ open: [Int], _ rest: [Double]) -> Double {
        let weights = open.reduce(0.0) { transfers[$1].links.contains(link) ? $0 + transfers[$1].weight : $0 }
        return weights > 0 ? rest[link] / weights : .infinity
    }

    private static func isHeld(
        _ transfer: Transfer, at level: Double, _ transfers: [Transfer], _ open: [Int], _ rest: [Double]
    ) -> Bool {
        let slack = 1 + 1e-12
        if let limit = transfer.limit, limit <= transfer.weight * level * slack { return true }
        return transfer.links.contains {
            rest.indices.contains($0) && share($0, transfers, open, rest) <= level * slack
        }
    }
}
