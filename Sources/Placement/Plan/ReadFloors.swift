internal import Model

/// What reading a dataset costs at least at each site: what is missing there brought for all, or for one workload alone.
struct ReadFloors {
    /// A part of a dataset, and who has it.
    struct Part {
        var bytes: Double
        var plain: Double
        var objects: Double
        var sources: [Int]
    }

    /// A dataset, and what is read of it.
    struct Wanted {
        var index: Int
        var whole: [Part]
        var read: [Part]
    }

    private let scenario: Scenario
    private let rates: ByteFloors
    private let siteIndex: [String: Int]

    init(_ scenario: Scenario, _ rates: ByteFloors, _ siteIndex: [String: Int]) {
        (self.scenario, self.rates, self.siteIndex) = (scenario, rates, siteIndex)
    }

    /// Bringing a dataset to a site, and keeping it there as long as the runs of `work` need it.
    func once(
        _ work: Scenario.Workload, _ wanted: Wanted, _ index: Int, _ builder: inout OptionBuilder
    ) -> Int64 {
        let longest = work.runsPerMonth == nil ? builder.longestRun(wanted.index, index) : 0
        let dataset = scenario.datasets[wanted.index]
        let site = scenario.sites[index]
        guard allows(.stage) else { return PairwiseProblem.forbidden }
        let (wire, plain) = wanted.whole.lacking(at: index).reduce((0.0, 0.0)) { ($0.0 + $1.bytes, $0.1 + $1.plain) }
        guard wire > 0 else { return 0 }
        guard scenario.policy.denial(.store, of: dataset.labels, at: site.name, site.attributes) == nil else {
            return PairwiseProblem.forbidden
        }
        let storage = site.storage ?? Scenario.Storage()
        guard let schedule = storage.tariff.schedule else { return PairwiseProblem.forbidden }
        let whole = Double(dataset.size) * dataset.ratio * (1 + scenario.overhead)
        let renewal = dataset.churn * whole / wire
        let moved = moved(wanted.whole, to: index, times: work.recurrence(share: renewal).total, writes: true)
        let months = work.runsPerMonth == nil ? longest / 3600 / 730 : work.months
        let held = max(months, storage.minimumDays * 24 / 730)
        let month = schedule.cost(UInt64(min(max(0, plain - 1), 0x1p62)), monthToDate: storage.stored)
        return PairwiseProblem.sum(moved, max(0, Int64(min(Double(month.micros) * held, 0x1p60)) - 2))
    }

    /// Reading a dataset at a site without what others bring: what is read of it brought, or read from afar.
    func alone(_ work: Scenario.Workload, _ read: Scenario.Read, _ wanted: Wanted, _ site: Int) -> Int64 {
        guard !wanted.read.lacking(at: site).isEmpty else { return 0 }
        var least = PairwiseProblem.forbidden
        if allows(.readRemotely) {
            least = min(least, moved(wanted.read, to: site, times: work.runs * read.passes, writes: false))
        }
        // What is brought for this one alone, kept or not; keeping it is left away.
        if read.isPartial && allows(.stageLazily) || work.runs > 1 && allows(.stageOnce) {
            let isLazy = allows(.stageLazily) && read.isPartial
            least = min(
                least,
                moved(isLazy ? wanted.read : wanted.whole, to: site, times: isLazy ? 1 : work.runs, writes: true))
        }
        return least
    }

    /// Whether data may come so.
    func allows(_ way: PlacementOption.Way) -> Bool { scenario.ways?.contains(way) ?? true }

    /// The parts of a dataset as they would travel, wherever they are missing: of what `read` reads, or of the whole.
    func parts(_ dataset: Scenario.Dataset, _ read: Scenario.Read? = nil) -> [Part] {
        var out: [Part] = []
        for part in dataset.presence where part.share > 0 && read?.selects(part) ?? true {
            let plain = Double(dataset.size) * part.share * (read?.share ?? 1)
            let wire = (plain * dataset.ratio * (1 + scenario.overhead)).rounded()
            guard wire > 0 else { continue }
            out.append(
                Part(
                    bytes: wire, plain: plain, objects: (plain / Double(dataset.object)).rounded(.up),
                    sources: part.sites.compactMap { siteIndex[$0] }))
        }
        return out
    }

    private func moved(_ parts: [Part], to site: Int, times: Double, writes: Bool) -> Int64 {
        var (sum, objects) = (0.0, 0.0)
        let isOne = parts.lacking(at: site).count == 1
        for part in parts.lacking(at: site) {
            var least = Double.infinity
            for source in part.sources {
                let bytes = rates.micros(part.bytes, from: source, to: site, repeats: times > 1, withFee: isOne)
                least = min(least, bytes + rates.reading(part.plain, part.objects, at: source))
            }
            sum += least
            objects += part.objects
        }
        guard sum < 0x1p60 else { return PairwiseProblem.forbidden }
        if writes { sum += objects * rates.put(at: site) }
        return Int64(min(sum * times, 0x1p60)) - min(Int64(min(sum * times, 0x1p60)), 4)
    }
}

extension [ReadFloors.Part] {
    /// Those that a site has not.
    func lacking(at site: Int) -> LazyFilterSequence<[ReadFloors.Part]> {
        lazy.filter { !$0.sources.contains(site) }
    }
}
