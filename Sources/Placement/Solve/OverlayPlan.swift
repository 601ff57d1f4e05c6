/// Bytes from one region to another by several ways at once, directly and by way of relays, at a throughput and as cheaply
/// as that can be: the planning problem of Skyplane (Jain et al., NSDI 2023) for ways with at most one relay.
package struct OverlayPlan: Sendable {
    /// What a region's machines can do.
    package struct Region: Sendable {
        /// Gigabits a second that one machine sends.
        package var out: Double
        /// Gigabits a second that one machine receives.
        package var into: Double

        /// A region.
        package init(out: Double, into: Double) {
            self.out = out
            self.into = into
        }
    }

    /// What is asked.
    package struct Request: Sendable {
        /// Regions; the first is where the bytes are, the last where they go, those between may relay.
        package var regions: [Region]
        /// Gigabits a second between them with all connections of one machine, by sender, then receiver; zero for no way.
        package var grid: [[Double]]
        /// Dollars for 10⁹ bytes, likewise.
        package var prices: [[Double]]
        /// Gigabits a second that are wanted.
        package var throughput: Double
        /// 10⁹ bytes to be moved.
        package var gigabytes: Double
        /// Dollars for a machine's hour.
        package var machineHour: Double
        /// The most machines in a region.
        package var machinesMax: Int

        /// A request.
        package init(
            regions: [Region], grid: [[Double]], prices: [[Double]], throughput: Double, gigabytes: Double,
            machineHour: Double, machinesMax: Int
        ) {
            self.regions = regions
            self.grid = grid
            self.prices = prices
            self.throughput = throughput
            self.gigabytes = gigabytes
            self.machineHour = machineHour
            self.machinesMax = machinesMax
        }
    }

    /// At most so many relays are used side by side.
    package static let relaysMax = 2

    /// Gigabits a second on each way: directly (the first), then by way of each relay in the order of regions.
    package var flows: [Double]
    /// Machines in each region.
    package var machines: [Int]
    /// Dollars for bytes.
    package var egress: Double
    /// Dollars for machines.
    package var machineCost: Double

    /// Dollars in all.
    package var cost: Double { egress + machineCost }

    /// The cheapest plan; nil where the throughput cannot be had.
    package init?(_ request: Request) {
        let relays = Array(1..<max(1, request.regions.count - 1))
        var best: OverlayPlan?
        for set in Self.subsets(relays) {
            for ends in 1...max(1, request.machinesMax) {
                for last in 1...max(1, request.machinesMax) {
                    for each in set.isEmpty ? [0] : Array(1...max(1, request.machinesMax)) {
                        var machines = [Int](repeating: 0, count: request.regions.count)
                        machines[0] = ends
                        machines[request.regions.count - 1] = last
                        for relay in set { machines[relay] = each }
                        if let plan = Self(request, machines), plan.cost < best?.cost ?? .infinity { best = plan }
                    }
                }
            }
        }
        guard let best else { return nil }
        self = best
    }

    private static func subsets(_ relays: [Int]) -> [[Int]] {
        var out: [[Int]] = [[]] + relays.map { [$0] }
        for (index, a) in relays.enumerated() { out += relays[(index + 1)...].map { [a, $0] } }
        return out
    }

    /// The cheapest flows with these machines, by a linear programme over the ways.
    private init?(_ request: Request, _ machines: [Int]) {
        let last = request.regions.count - 1
        let ways = [[0, last]] + (1..<max(1, last)).map { [0, $0, last] }
        let usable = ways.map { way in
            zip(way, way.dropFirst()).allSatisfy { request.grid[$0][$1] > 0 } && way.allSatisfy { machines[$0] > 0 }
        }
        var rows: [[Double]] = []
        var limits: [Double] = []
        func add(_ row: [Double], _ limit: Double) {
            rows.append(row)
            limits.append(limit)
        }
        for region in request.regions.indices {
            let count = Double(machines[region])
            // The share of a machine's connections that a gigabit a second takes, out of here and into here.
            add(
                ways.map { way in
                    Self.hops(way).filter { $0.0 == region }.map { 1 / request.grid[$0.0][$0.1] }.reduce(0, +)
                }.map { $0.isFinite ? $0 : 0 }, count)
            add(
                ways.map { way in
                    Self.hops(way).filter { $0.1 == region }.map { 1 / request.grid[$0.0][$0.1] }.reduce(0, +)
                }.map { $0.isFinite ? $0 : 0 }, count)
            add(
                ways.map { way in Self.hops(way).contains { $0.0 == region } ? 1 : 0 },
                request.regions[region].out * count)
            add(
                ways.map { way in Self.hops(way).contains { $0.1 == region } ? 1 : 0 },
                request.regions[region].into * count)
        }
        add(ways.map { _ in -1 }, -request.throughput)
        add(ways.map { _ in 1 }, request.throughput)
        for (index, isUsable) in usable.enumerated() where !isUsable {
            add(ways.indices.map { $0 == index ? 1 : 0 }, 0)
        }
        let prices = ways.map { way in Self.hops(way).map { request.prices[$0.0][$0.1] }.reduce(0, +) }
        guard let found = LinearProgram.minimum(prices, rows, limits) else { return nil }
        flows = found.x
        self.machines = machines
        egress = found.value / request.throughput * request.gigabytes
        let seconds = 8 * request.gigabytes / request.throughput
        machineCost = Double(machines.reduce(0, +)) * request.machineHour / 3600 * seconds
    }

    private static func hops(_ way: [Int]) -> [(Int, Int)] { Array(zip(way, way.dropFirst())) }
}
