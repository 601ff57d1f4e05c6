internal import Model

/// What each of many workloads costs at least at each place, worked out without its options.
///
/// Bytes cost their flat price, or that of a line below a tariff with tiers; routes, requests and keeping are what options have.
/// Nothing that an option costs is less, but for what is rounded.
struct FleetFloors {
    /// Workloads times places may be so many.
    static let pairsMax = 20_000_000
    /// What rounding takes off each workload at most, in micro-dollars.
    static let rounding: Int64 = 64

    /// A site and one of its offers.
    struct Place: Hashable, Sendable {
        var site: Int
        var offer: Int
    }

    /// The places, in the order of sites and offers.
    let places: [Place]
    /// The least costs.
    private(set) var problem: SharedFleet.Problem
    /// What lines below tariffs begin below nothing: all together may cost so much less.
    private(set) var start: Int64 = 0
    /// When each can end at least, in seconds, by workload, then place; empty where that does not matter.
    private(set) var ends: [Float] = []
    /// The dataset of each group.
    private(set) var groups: [Int] = []

    /// The first read of each workload that others share.
    private var first: [Int] = []

    private let scenario: Scenario
    private let rates: ByteFloors
    private let reads: ReadFloors
    private let times: TimeFloors
    private let siteIndex: [String: Int]

    /// Those of `scenario`, whose workloads read no outputs of others.
    ///
    /// - Throws: `limit` where there are too many.
    init(_ scenario: Scenario, _ builder: inout OptionBuilder) throws {
        self.scenario = scenario
        siteIndex = builder.siteIndex
        places = scenario.sites.enumerated().flatMap { site, all in
            all.offers.indices.map { Place(site: site, offer: $0) }
        }
        let jobs = scenario.workloads.count
        guard jobs * max(places.count, scenario.sites.count) <= Self.pairsMax else {
            throw PerigeeError(
                .limit, "\(jobs) workloads at \(places.count) offers are more than can be weighed", at: scenario.name,
                remedy: "decide for some of them at a time")
        }
        rates = ByteFloors(scenario, builder.routes)
        reads = ReadFloors(scenario, rates, builder.siteIndex)
        times = TimeFloors(scenario, builder.routes, reads, builder.siteIndex)
        problem = SharedFleet.Problem(
            site: places.map(\.site), rooms: places.map { scenario.sites[$0.site].offers[$0.offer].capacity ?? jobs },
            sites: scenario.sites.count, base: [], reads: [], alone: [], once: [])
        problem.rooms = problem.rooms.map { min($0, jobs) }
        start = rates.start
        addReads(&builder)
        if scenario.objective.aim != .cost || scenario.objective.deadline != nil
            || scenario.workloads.contains(where: { $0.deadline != nil })
        {
            ends = [Float](repeating: 0, count: jobs * places.count)
        }
        addBase(&builder)
    }

    /// Takes note that a workload cannot end earlier at a place.
    mutating func raise(_ workload: Int, _ place: Int, to seconds: Double) {
        let slot = workload * places.count + place
        ends[slot] = max(ends[slot], Self.below(seconds))
    }

    /// Whether a workload may be at a place, and may end there within so many seconds.
    func allows(_ workload: Int, _ place: Int, within seconds: Float) -> Bool {
        let slot = workload * places.count + place
        return problem.base[slot] < PairwiseProblem.forbidden && ends[slot] <= seconds
    }

    /// The same with places forbidden where the end is later.
    func within(_ seconds: Float) -> SharedFleet.Problem {
        var out = problem
        for slot in ends.indices where ends[slot] > seconds { out.base[slot] = PairwiseProblem.forbidden }
        return out
    }

    /// No more than `seconds`.
    static func below(_ seconds: Double) -> Float { Float(seconds.nextDown).nextDown }

    /// No less than `seconds`.
    static func above(_ seconds: Double) -> Float { Float(seconds.nextUp).nextUp }

    /// Forbids a workload a place.
    mutating func forbid(_ workload: Int, _ place: Int) {
        problem.base[workload * places.count + place] = PairwiseProblem.forbidden
    }

    /// What a workload costs at least at a place where `isOpen` says what is brought there for all.
    func cost(_ job: Int, _ at: Int, _ isOpen: [Bool]) -> Int64 {
        let (site, sites) = (places[at].site, problem.sites)
        var cost = problem.base[job * places.count + at]
        for (index, group) in problem.reads[job].enumerated() where !isOpen[group * sites + site] {
            cost = PairwiseProblem.sum(cost, problem.alone[(first[job] + index) * sites + site])
        }
        return cost
    }

    /// The datasets that a workload reads and that are brought to `site` for all.
    func open(_ job: Int, _ site: Int, _ isOpen: [Bool]) -> Set<Int> {
        Set(problem.reads[job].filter { isOpen[$0 * problem.sites + site] }.map { groups[$0] })
    }

    // MARK: - What is read

    /// Reads of the same dataset for as many runs, or of one that never changes, share what is brought; what one alone reads is
    /// its own.
    private mutating func addReads(_ builder: inout OptionBuilder) {
        struct Key: Hashable {
            var dataset: Int
            var runs: Double?
            var months: Double
        }
        var readers: [Key: Int] = [:]
        let datasets = builder.datasetIndex
        func key(_ work: Scenario.Workload, _ read: Scenario.Read) -> Key? {
            datasets[read.name].map { index in
                // A copy that never changes is the same for any number of runs, and kept for as many months.
                let isFixed = scenario.datasets[index].churn == 0 && work.runsPerMonth != nil
                return Key(dataset: index, runs: isFixed ? 0 : work.runsPerMonth, months: work.months)
            }
        }
        for work in scenario.workloads {
            for key in Set(work.reads.compactMap({ key(work, $0) })) { readers[key, default: 0] += 1 }
        }
        var numbers: [Key: Int] = [:]
        let sites = scenario.sites.count
        let whole = scenario.datasets.map { reads.parts($0) }
        problem.base = [Int64](repeating: 0, count: scenario.workloads.count * places.count)
        for (job, work) in scenario.workloads.enumerated() {
            var mine: [Int] = []
            first.append(problem.alone.count / max(1, sites))
            for read in work.reads {
                guard let key = key(work, read) else { continue }
                let wanted = ReadFloors.Wanted(
                    index: key.dataset, whole: whole[key.dataset],
                    read: read.isPartial ? reads.parts(scenario.datasets[key.dataset], read) : whole[key.dataset]
                )
                let isShared = readers[key] ?? 0 > 1 && work.split == nil
                if isShared, numbers[key] == nil {
                    numbers[key] = groups.count
                    groups.append(key.dataset)
                    for site in 0..<sites { problem.once.append(reads.once(work, wanted, site, &builder)) }
                }
                if isShared, let number = numbers[key] {
                    mine.append(number)
                    for site in 0..<sites { problem.alone.append(reads.alone(work, read, wanted, site)) }
                } else if work.split == nil {
                    add(job, work, read, wanted, &builder)
                }
            }
            problem.reads.append(mine)
        }
    }

    private mutating func add(
        _ job: Int, _ work: Scenario.Workload, _ read: Scenario.Read, _ wanted: ReadFloors.Wanted,
        _ builder: inout OptionBuilder
    ) {
        var last = (site: -1, cost: Int64(0))
        for (at, place) in places.enumerated() {
            if place.site != last.site {
                let alone = reads.alone(work, read, wanted, place.site)
                last = (place.site, min(alone, reads.once(work, wanted, place.site, &builder)))
            }
            let base = problem.base[job * places.count + at]
            problem.base[job * places.count + at] = PairwiseProblem.sum(base, last.cost)
        }
    }

    // MARK: - Machines, results, time

    private mutating func addBase(_ builder: inout OptionBuilder) {
        var known: [String: [Bool]] = [:]
        for (job, work) in scenario.workloads.enumerated() {
            if work.split != nil {
                addOptions(job, work, &builder)
                continue
            }
            let key = builder.refusalKey(work)
            let refused = known[key] ?? scenario.sites.indices.map { builder.refusal(work, $0) != nil }
            known[key] = refused
            let wanted = ends.isEmpty ? [] : times.wanted(work, builder.datasetIndex)
            var reasons: [String] = []
            var last = (site: -1, cost: Int64(0), arrivals: [TimeFloors.Arrival](), results: 0.0)
            for (at, place) in places.enumerated() {
                let slot = job * places.count + at
                let offer = scenario.sites[place.site].offers[place.offer]
                guard !refused[place.site],
                    let runtime = builder.runtime(work, offer, scenario.sites[place.site].name, &reasons)
                else {
                    problem.base[slot] = PairwiseProblem.forbidden
                    reasons = []
                    continue
                }
                if place.site != last.site {
                    last = (place.site, brought(work, place.site), [], 0)
                    if !ends.isEmpty {
                        last.arrivals = times.arrivals(work, wanted, place.site)
                        last.results = times.results(work, place.site)
                    }
                }
                let own = PairwiseProblem.sum(machines(work, offer, place.site, runtime), last.cost)
                problem.base[slot] = PairwiseProblem.sum(problem.base[slot], own)
                guard !ends.isEmpty else { continue }
                let end = times.end(work, offer, runtime: runtime, last.arrivals, results: last.results)
                raise(job, at, to: end)
                let limit = scenario.limit(work)
                if times.isSure(scenario.confidence(work), offer), Double(Self.below(end)) > limit { forbid(job, at) }
            }
        }
    }

    /// What can be cut in two is rare, and its options are made.
    private mutating func addOptions(_ job: Int, _ work: Scenario.Workload, _ builder: inout OptionBuilder) {
        for at in places.indices { problem.base[job * places.count + at] = PairwiseProblem.forbidden }
        for option in builder.options(work).options {
            guard let at = places.firstIndex(of: Place(site: option.site, offer: option.offer)) else { continue }
            // Shared staging is paid by others, perhaps.
            let slot = job * places.count + at
            problem.base[slot] = min(problem.base[slot], option.lines.total.micros)
            guard !ends.isEmpty else { continue }
            let end = Self.below(option.ready + option.work)
            ends[slot] = ends[slot] > 0 ? min(ends[slot], end) : end
        }
    }

    /// Machines, carbon and the value of time.
    private func machines(_ work: Scenario.Workload, _ offer: Scenario.Offer, _ site: Int, _ runtime: Double) -> Int64 {
        let billed = max(runtime, offer.minimumBilling)
        func at(_ price: Price, _ carbon: Double?) -> Double {
            var micros = Double((price.cost(seconds: billed) * work.machines).micros)
            if let carbon, let price = scenario.carbonPrice {
                let grams = offer.power * runtime / 3600 * Double(work.machines) * carbon
                micros += Double(price.picos) / 1e6 * grams / 1e6
            }
            return micros
        }
        let usual = offer.price.price ?? .zero
        var least = at(usual, scenario.sites[site].carbon)
        for later in offer.later {
            least = min(least, at(later.price ?? usual, later.carbon ?? scenario.sites[site].carbon))
        }
        let waits = Double(work.hourValue.picos) / 1e6 * (max(0, offer.queue) + runtime) / 3600
        return max(0, Int64(min(least * work.runs + waits * work.runs, 0x1p60)) - 4)
    }

    /// Results and the image.
    private func brought(_ work: Scenario.Workload, _ site: Int) -> Int64 {
        var sum = 0.0
        for output in work.outputs {
            guard let name = output.to, let target = siteIndex[name], target != site else { continue }
            let bytes = (Double(output.size) * output.ratio * (1 + scenario.overhead)).rounded()
            sum +=
                rates.micros(bytes, from: site, to: target, repeats: work.runs > 1, withFee: true) * work.runs
        }
        if let image = work.image, let from = siteIndex[image.from], from != site {
            sum += rates.micros(Double(image.size), from: from, to: site, repeats: false, withFee: true)
        }
        return sum < 0x1p60 ? max(0, Int64(sum) - 4) : PairwiseProblem.forbidden
    }
}
