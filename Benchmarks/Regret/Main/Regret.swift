internal import ArgumentParser
internal import FoundationEssentials
internal import RegretKit

/// Measures what decisions by several rules cost more than the best ones, and draws it.
@main
struct Regret: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "regret",
        abstract: "Say what decisions by several rules cost more than the best.",
        discussion: """
            Draws regions, links, prices, a dataset and a job, decides by each rule from what is believed, and prices each \
            decision by what comes about: rates between what was received and what was sent, and sizes, runtimes and \
            compression that are not quite as believed.

            The grids are Skyplane's (Apache-2.0), as three files of comma-separated values: skyplane_throughput*.csv, \
            skyplane_rtt*.csv, skyplane_egress_cost*.csv.

            EXAMPLES
              regret --grids ~/grids
              regret --grids ~/grids --svg Sources/perigee/Documentation.docc/Resources/regret.svg
            """)

    @Option(help: ArgumentHelp("Where the grids are.", valueName: "folder")) var grids: String
    @Option(help: "How many decisions to make at each share.") var count = 400
    @Option(help: "Where random draws begin.") var seed: UInt64 = 20_261_123
    @Option(help: ArgumentHelp("Write the chart to this file.", valueName: "file")) var svg: String?

    func validate() throws {
        guard (1...100_000).contains(count) else { throw ValidationError("--count is 1 to 100000.") }
    }

    func run() throws {
        let grid = try Grid(folder: grids)
        let shares = (0...10).map { Double($0) / 10 } + [0.95, 0.99]
        let study = try Study(grid, shares: shares.sorted(), count: count, seed: seed) { print($0) }
        print("\n" + study.table)
        guard let svg else { return }
        let note = "\(grid.regions.count) regions and \(grid.count) pairs of Skyplane's grids of 2022; seed \(seed)"
        try Data(Chart(study, note: note).svg.utf8).write(to: URL(fileURLWithPath: svg))
        print("wrote \(svg)")
    }
}
