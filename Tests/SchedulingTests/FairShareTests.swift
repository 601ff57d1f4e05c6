import Scheduling
import TestSupport
import Testing

@Suite("Links that are shared")
struct FairShareTests {
    private typealias Transfer = FairShare.Transfer

    @Test("are divided by weight, within a priority, to the last byte")
    func examples() {
        func rates(_ transfers: [Transfer], _ capacities: [Double]) -> [Double] {
            FairShare.rates(transfers, over: capacities)
        }
        #expect(rates([Transfer(links: [0]), Transfer(links: [0])], [100]) == [50, 50])
        #expect(rates([Transfer(links: [0], weight: 3), Transfer(links: [0])], [100]) == [75, 25])
        #expect(rates([Transfer(links: [0], limit: 10), Transfer(links: [0])], [100]) == [10, 90])
        #expect(rates([Transfer(links: [0], priority: 1), Transfer(links: [0])], [100]) == [100, 0])
        #expect(rates([Transfer(links: [0], priority: 1, limit: 60), Transfer(links: [0])], [100]) == [60, 40])
        // Bertsekas and Gallager, Data Networks, figure 6.15 in small: one long way over two links, one short on each.
        #expect(
            rates([Transfer(links: [0, 1]), Transfer(links: [0]), Transfer(links: [1])], [100, 300]) == [50, 50, 250])
        #expect(rates([Transfer(links: [], limit: 5), Transfer(links: [])], []) == [5, .infinity])
        #expect(rates([Transfer(links: [0])], [0]) == [0])
    }

    @Test("carry no more than they can, and nobody could have more without taking it from the poorer")
    func properties() {
        var seed = Seed.fromEnvironment()
        for _ in 0..<500 {
            let capacities = (0..<Int.random(in: 1...5, using: &seed)).map { _ in
                Double.random(in: 1...1000, using: &seed)
            }
            let transfers = (0..<Int.random(in: 1...12, using: &seed)).map { _ in
                Transfer(
                    links: (0..<Int.random(in: 1...3, using: &seed)).map { _ in
                        Int.random(in: 0..<capacities.count, using: &seed)
                    }, weight: Double.random(in: 0.5...4, using: &seed), priority: Int.random(in: 0...1, using: &seed),
                    limit: Bool.random(using: &seed) ? nil : Double.random(in: 1...500, using: &seed))
            }
            let rates = FairShare.rates(transfers, over: capacities)
            let note: Comment = "seed \(seed.value)"
            for link in capacities.indices {
                let sum = transfers.indices.reduce(0) { transfers[$1].links.contains(link) ? $0 + rates[$1] : $0 }
                #expect(sum <= capacities[link] * (1 + 1e-9), note)
            }
            for (index, transfer) in transfers.enumerated() {
                if let limit = transfer.limit, rates[index] >= limit * (1 - 1e-9) { continue }
                #expect(transfer.links.contains { isBottleneck($0, of: index, transfers, rates, capacities) }, note)
            }
        }
    }

    /// Whether a link is full, and nobody of the same priority has more on it, for its weight, than a transfer; then that
    /// one has what is fair (the bottleneck condition of max-min fairness).
    private func isBottleneck(
        _ link: Int, of index: Int, _ transfers: [Transfer], _ rates: [Double], _ capacities: [Double]
    ) -> Bool {
        let users = transfers.indices.filter { transfers[$0].links.contains(link) }
        let higher = users.filter { transfers[$0].priority >= transfers[index].priority }
        let isFull = higher.reduce(0) { $0 + rates[$1] } >= capacities[link] * (1 - 1e-9)
        let own = rates[index] / transfers[index].weight
        return isFull
            && higher.allSatisfy {
                transfers[$0].priority > transfers[index].priority
                    || rates[$0] / transfers[$0].weight <= own * (1 + 1e-9)
            }
    }
}
