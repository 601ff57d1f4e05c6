internal import ArgumentParser
internal import FoundationEssentials

/// Writes a scenario of many workloads, and what to ask about it: the same for the same numbers.
struct Question: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a scenario of many workloads, and a request for what each costs at each site.")

    @Argument(help: "The scenario is written to this file.") var file: String
    @Option(help: "Write the body of POST /v1/locality to this file.") var body: String?
    @Option(help: "Sites.") var sites = 10
    @Option(help: "Datasets that workloads share; 0 for one of its own for each.") var datasets = 20
    @Option(help: "Workloads.") var workloads = 100
    @Option(help: "Datasets that each reads.") var reads = 2
    @Option(help: "So many workloads find room at each site; 0 for all.") var capacity = 0
    @Option(help: "Another number makes another scenario.") var seed: UInt64 = 7
    @Option(help: "A tariff of the price book that every third site's links share.") var tariff: String?

    func run() throws {
        var draws = Draws(state: seed)
        let name = file.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? file
        try Data(scenario(&draws).utf8).write(to: URL(fileURLWithPath: file))
        guard let body else { return }
        let pairs = (0..<workloads).flatMap { work in
            (0..<sites).map { #"{"workload":"w\#(work)","site":"s\#($0)"}"# }
        }
        let text = #"{"scenario":"\#(name)","pairs":[\#(pairs.prefix(1000).joined(separator: ","))]}"#
        try Data(text.utf8).write(to: URL(fileURLWithPath: body))
    }

    private func scenario(_ draws: inout Draws) -> String {
        var lines = ["schema: perigee.scenario/1", "name: many", "sites:"]
        let room = capacity > 0 ? ", capacity: \(capacity)" : ""
        for site in 0..<sites {
            let price = "\(draws.pick(1...8)).\(draws.pick(10...99))"
            lines.append(
                "  s\(site): {offers: {o: {price_per_hour: \(price)\(room)}}, storage: {price_per_gb_month: 0.023}}")
        }
        lines.append("links:")
        for from in 0..<sites {
            for to in 0..<sites where to != from {
                let flat = "price_per_gb: 0.0\(draws.pick(1...9))"
                let price = from.isMultiple(of: 3) ? tariff.map { "tariff: \($0)" } ?? flat : flat
                lines.append(
                    "  - {from: s\(from), to: s\(to), bandwidth: \(draws.pick(50...900))MB/s, "
                        + "round_trip: \(draws.pick(1...200))ms, \(price)}")
            }
        }
        lines.append("datasets:")
        for dataset in 0..<(datasets > 0 ? datasets : workloads) {
            let home = draws.pick(0...(sites - 1))
            let other = (home + draws.pick(1...max(1, sites - 1))) % sites
            let second = other == home ? "" : ", s\(other): 0.\(draws.pick(1...9))"
            lines.append(
                "  d\(dataset): {size: \(draws.pick(5...300))GB, ratio: 0.\(draws.pick(40...99)), "
                    + "at: {s\(home): 1\(second)}}")
        }
        lines.append("workloads:")
        for work in 0..<workloads {
            var names = ["d\(datasets > 0 ? work % datasets : work)"]
            if datasets > 0 {
                for _ in 1..<max(1, reads) {
                    let name = "d\(draws.pick(0...(datasets - 1)))"
                    if !names.contains(name) { names.append(name) }
                }
            }
            lines.append(
                "  w\(work): {reads: [\(names.joined(separator: ", "))], "
                    + "runtime: \(draws.pick(1...8)).\(draws.pick(0...99))h}")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Numbers that repeat from their seed (SplitMix64, after Steele, Lea and Flood, 2014).
    private struct Draws {
        var state: UInt64

        mutating func pick(_ range: ClosedRange<Int>) -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return range.lowerBound + Int((z ^ (z >> 31)) % UInt64(range.count))
        }
    }
}
