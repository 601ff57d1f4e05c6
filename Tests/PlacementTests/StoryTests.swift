import Foundation
import Model
import Placement
import Testing

@Suite("The stories of Config/scenarios")
struct StoryTests {
    private static let names: [String] = {
        let folder = Books.config.appendingPathComponent("scenarios").path
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".yaml") }
            .sorted()
    }()

    private func decision(_ prefix: String, deep: Bool = false) throws -> Explanation {
        let name = try #require(Self.names.first { $0.hasPrefix(prefix) })
        let files = [name] + (prefix == "02" ? ["policies-eu.yaml"] : [])
        let scenario = try Scenario(
            files: files.map {
                .init(name: $0, text: try Books.text($0.hasPrefix("policies") ? $0 : "scenarios/\($0)"))
            })
        return try Decision.make(scenario, book: try Books.prices(), deep: deep)
    }

    @Test("are fifteen and more")
    func enough() { #expect(Self.names.count >= 15) }

    @Test("are all decided, exactly, with a waterfall that adds up", arguments: names)
    func decided(name: String) throws {
        let decision = try decision(String(name.prefix(2)))
        #expect(decision.solver.isExact && decision.solver.gap == 0, "\(name)")
        for choice in decision.placements {
            for column in choice.waterfall {
                #expect(column.lines.values.reduce(.zero, +) == column.total, "\(name)")
                let cents = CentRounding.cents(column.lines.values.map { $0 })
                #expect(CentRounding.text(cents.reduce(0, +)) == column.total.cents, "\(name)")
            }
            #expect(choice.waterfall[0].total == choice.money, "\(name)")
            #expect((0...1).contains(choice.best), "\(name)")
        }
        let all = decision.placements.count == 1 ? decision.placements[0].money : decision.total.money
        #expect(all == decision.total.money, "\(name)")
    }

    /// Who goes where, in what way, and for how much: sums are worked out in the comments beside.
    @Test(
        "come out as can be worked out by hand",
        arguments: [
            // 40 h at 7.20 and 2 TB at 0.02, a gigabyte of findings home at 0.02, 2 TB kept for 40 h at 0.02 a GB and month:
            // 288 + 40 + 0.02 + 2.19.
            ("02", "paris", "stage and keep", "330.21"),
            // Only the plant answers within 15 ms: Paris takes 9 + 8 + 1.6 ms. 730 h at 1.90; 14 GB at 0.9 and 0.09 either way.
            ("03", "lyon-plant", "stage and keep", "1388.13"),
            // 20 h at 23.60; the checkpoint's 297.5 GB go home at 0.015, for the machines there cost nothing.
            ("05", "home", "run at the data", "4.46"),
            // 60 h with 90 s for each half hour, 0.2 interruptions an hour of 15 + 8 minutes each: 60 x 1.05 / (1 - 0.0766667) = 68.2310 h at 10.
            ("06", "nebius", "run at the data", "682.31"),
            // 720 TB on three crates of 240, 200 h at 12, 900 TB kept for 200 h at 0.004 a GB and month: 5400 + 2400 + 986.30; the
            // link would need 333 days.
            ("07", "centre", "stage and keep", "8786.30"),
            // 12 h later: 30 h at 15, 360 kWh at 60 g and 90 $ a tonne is 1.944; 42 h at half a dollar.
            ("09", "jutland", "run at the data", "472.94"),
            // 10 h at 6, 2.5 GB at 0.05, 90 h at 1.10.
            ("10", "iowa", "split", "159.13"),
            // 8 TB at 0.02 + 0.0875 and ten minutes at 4.
            ("13", "tokyo", "stage and keep", "860.67"),
            // 8 TB at 0.05 + 0.09 and ten minutes at 4.
            ("14", "tokyo", "stage and keep", "1120.67"),
        ])
    func byHand(prefix: String, site: String, way: String, cents: String) throws {
        let choice = try #require(try decision(prefix).placements.last)
        #expect(choice.site == site, "\(choice.sentence)")
        #expect(choice.way == way, "\(choice.sentence)")
        #expect(choice.money.cents == cents, "\(choice.sentence)")
    }

    @Test("say of each site that is out of question which rule or reason it is")
    func reasons() throws {
        let patients = try decision("02")
        let denied = Dictionary(
            uniqueKeysWithValues: patients.placements[0].whyNot.compactMap { row in
                row.denial.map { (row.site, $0.rule) }
            })
        #expect(denied == ["ohio": "eu-health.process", "dublin": "eu-health.operator"])
        #expect(try #require(patients.compliancePremium) > .zero)
        let edge = try decision("03").placements[0].whyNot
        #expect(edge.first { $0.site == "paris" }?.reason.contains("18.6 ms, and 15.0 ms are allowed") == true)
        let relay = try decision("14").placements[0]
        #expect(relay.detail == "from toronto by way of london")
        let paying = try decision("13").placements[0]
        #expect(paying.detail == "from toronto by way of washington")
        let direct = paying.whyNot.first { $0.option == "tokyo: stage and keep" }
        #expect(direct?.reason.contains("after its deadline") == true)
        // And what keeps the cheaper relay away is told with its rule.
        let kept = relay.whyNot.first { $0.denial?.rule == "not-through-the-us" }
        #expect(kept?.denial?.site == "washington" && kept?.denial?.verb == "transit.ciphertext", "\(relay.whyNot)")
        let split = try decision("10").placements[0].whyNot
        #expect(split.first { $0.site == "iowa" }?.denial?.rule == "claims.process", "\(split)")
        // What one makes and another reads is told with its way.
        let home = try decision("05").placements[1]
        #expect(home.receives.map(\.outputs) == [["train.checkpoint"]] && home.receives[0].bytes == 297_500_000_000)
        #expect(home.sentence.contains("train.checkpoint from nebius"), "\(home.sentence)")
        // The link beside the crates, now beside later.
        let truck = try decision("07").placements[0]
        #expect(truck.waterfall[0].option == "centre: stage and keep, from mountain on crate")
        let link = truck.whyNot.first { $0.option == "centre: stage and keep" }
        #expect(link?.reason.contains("after its deadline") == true)
        #expect(try decision("09").placements[0].whyNot.contains { $0.option == "jutland: run at the data" })
    }

    @Test("read from two sources at once where time counts")
    func twoSources() throws {
        let choice = try decision("12").placements[0]
        #expect(choice.detail == "from amsterdam and london")
        // 5 TB over 2 + 3 Gbit/s is 8000 s; read remotely, 149,012 objects of 32 MiB, sixteen at once, wait 10 ms each besides.
        #expect(abs(choice.ends - 8093.2) < 1, "\(choice.ends)")
    }

    @Test("share what is staged once")
    func fleet() throws {
        let decision = try decision("16")
        let staged = decision.placements.filter { $0.way == "stage and keep" }
        #expect(Set(decision.placements.map(\.site)).count >= 2)
        #expect(!staged.isEmpty)
    }

    @Test("rent no device that cannot be had")
    func closedDevice() throws {
        let told = try decision("08")
        let choice = told.placements[0]
        #expect(!choice.detail.contains("snowball"))
        #expect(told.warnings.contains { $0.hasPrefix("snowball cannot be had") }, "\(told.warnings)")
        let priced = try Books.prices()
        #expect(priced.entry("aws.snowball")?.entry.status == .closed)
    }

    @Test(
        "say what would change them, and are the same byte for byte when decided again", arguments: ["01", "05", "15"])
    func replay(prefix: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let first = try encoder.encode(decision(prefix, deep: true))
        #expect(try encoder.encode(decision(prefix, deep: true)) == first)
        #expect(try !decision(prefix, deep: true).flips.isEmpty)
    }
}
