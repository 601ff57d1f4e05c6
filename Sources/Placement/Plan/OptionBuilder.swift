internal import Model

/// Finds all ways of doing each workload of a scenario, with what they cost and how long they take.
struct OptionBuilder {
    /// Bytes in flight of a remote read: requests side by side.
    static let remoteRequests = 16.0

    let scenario: Scenario
    let routes: RouteTable
    let planner: MovePlanner
    let policy: RoutePolicy
    /// Labels of outputs by `WORKLOAD.OUTPUT`.
    let labels: LabelTable
    /// Index of sites and datasets by name.
    let siteIndex: [String: Int]
    let datasetIndex: [String: Int]

    /// The workloads that read each dataset.
    private let readers: [[Int]]
    /// The workloads whose outputs others read.
    private let makers: Set<Substring>
    /// So many combinations of ways can be told apart at each offer.
    let openMax: Int
    /// The longest runs of these, by dataset and site.
    private var longest: [[Double?]]

    private(set) var staging: [SharedStaging] = []
    private var stagingIndex: [String: Int] = [:]
    private var known: [String: MovePlans] = [:]

    init(_ scenario: Scenario) {
        self.scenario = scenario
        routes = RouteTable(scenario)
        planner = MovePlanner(scenario, routes)
        policy = RoutePolicy(scenario)
        openMax = Self.openMax(scenario, isTiered: !planner.tiered.isEmpty)
        labels = LabelTable(scenario)
        siteIndex = Dictionary(scenario.sites.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        let datasets = Dictionary(scenario.datasets.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in
            first
        }
        datasetIndex = datasets
        var readers = [[Int]](repeating: [], count: scenario.datasets.count)
        for (workload, work) in scenario.workloads.enumerated() {
            for index in Set(work.reads.compactMap { datasets[$0.name] }) { readers[index].append(workload) }
        }
        self.readers = readers
        makers = Set(
            scenario.workloads.flatMap(\.reads).filter { datasets[$0.name] == nil }.compactMap { read in
                read.name.lastIndex(of: ".").map { read.name[..<$0] }
            })
        longest = scenario.datasets.map { _ in [Double?](repeating: nil, count: scenario.sites.count) }
    }

    /// The longest run, in seconds, of the workloads that read a dataset on the offers of a site.
    mutating func longestRun(_ dataset: Int, _ site: Int) -> Double {
        if let known = longest[dataset][site] { return known }
        var out = 0.0
        var reasons: [String] = []
        for reader in readers[dataset] {
            for offer in scenario.sites[site].offers {
                let work = scenario.workloads[reader]
                out = max(out, runtime(work, offer, scenario.sites[site].name, &reasons) ?? 0)
            }
        }
        longest[dataset][site] = out
        return out
    }

    /// The options of a workload at `sites`, all where none are named, and why there are no others.
    mutating func options(
        _ work: Scenario.Workload, at sites: [Int]? = nil
    ) -> (options: [PlacementOption], rejections: [Rejection]) {
        var options: [PlacementOption] = []
        var rejections: [Rejection] = []
        for site in sites ?? Array(scenario.sites.indices) {
            var found: [PlacementOption] = []
            var refusal = refusal(work, site)
            if let known = refusal {
                // What may not be processed there may be after a part at the data.
                if known.denial != nil { refusal = splitOnly(work, site, known, &found, &rejections) }
            } else {
                refusal = add(work, site, &found, &rejections)
            }
            if found.isEmpty {
                rejections.append(
                    refusal
                        ?? Rejection(site: scenario.sites[site].name, reason: "there is no way to bring the data there")
                )
            }
            options += found
        }
        return (options, rejections)
    }

    /// Whether others read what a workload makes.
    func isRead(_ work: Scenario.Workload) -> Bool { makers.contains(work.name[...]) }

    /// Why nothing of the kind may be done there; nil where something may.
    func refusal(_ work: Scenario.Workload, _ index: Int) -> Rejection? {
        let site = scenario.sites[index]
        if site.offers.isEmpty { return Rejection(site: site.name, reason: "no compute is offered there") }
        let meant = work.sites.judge(site.attributes, sets: scenario.policy.sets)
        if meant.truth != .yes {
            return Rejection(
                site: site.name, reason: "the workload asks for \(work.sites): \(meant.because ?? "not meant")")
        }
        if let denial = scenario.policy.denial(.process, of: labels.read(by: work), at: site.name, site.attributes) {
            return Rejection(site: site.name, reason: denial.sentence, denial: denial)
        }
        if let slow = tooFar(work, index) { return Rejection(site: site.name, reason: slow) }
        for output in work.outputs {
            let made = labels.labels["\(work.name).\(output.name)"] ?? []
            if let denial = scenario.policy.denial(.store, of: made, at: site.name, site.attributes) {
                return Rejection(site: site.name, reason: denial.sentence, denial: denial)
            }
        }
        return nil
    }

    /// The same for all workloads that are refused the same.
    func refusalKey(_ work: Scenario.Workload) -> String {
        let made = work.outputs.map { (labels.labels["\(work.name).\($0.name)"] ?? []).joined(separator: ",") }
        let asked = work.latency.map { "\($0.from) \($0.within) \($0.service) \($0.payload)" } ?? ""
        return [labels.read(by: work).joined(separator: ","), made.joined(separator: ";"), asked, "\(work.sites)"]
            .joined(separator: "|")
    }

    /// Why answers from there come too late.
    private func tooFar(_ work: Scenario.Workload, _ index: Int) -> String? {
        guard let latency = work.latency, let asker = siteIndex[latency.from] else { return nil }
        var seconds = latency.service
        if asker != index {
            guard let leg = routes.links[asker][index].first?.legs.first else {
                return "no link leads there from \(latency.from), whose requests it serves"
            }
            seconds += leg.roundTrip + Double(latency.payload) / leg.rate
        }
        guard seconds > latency.within else { return nil }
        let milliseconds = [seconds, latency.within].map { Quantity.decimal($0 * 1000, places: 1) }
        return "answers to \(latency.from) take \(milliseconds[0]) ms, and \(milliseconds[1]) ms are allowed"
    }

    /// Adds the options at a site, and why there are no others there; returns why, where there are none.
    private mutating func add(
        _ work: Scenario.Workload, _ site: Int, _ out: inout [PlacementOption], _ rejections: inout [Rejection]
    ) -> Rejection? {
        let name = scenario.sites[site].name
        var ways: [[DataWay]] = []
        var reasons: [String] = []
        for read in work.reads {
            guard let dataset = datasetIndex[read.name] else { continue }
            let found = dataWays(work, read, dataset, site)
            if found.ways.isEmpty { return splitOnly(work, site, found.rejection(name), &out, &rejections) }
            for one in found.partial(name) where !rejections.contains(one) { rejections.append(one) }
            ways.append(found.ways)
        }
        let errands = errandsOfAll(work, site, &reasons)
        guard !errands.isEmpty else {
            return Rejection(site: name, reason: reasons.first ?? "results cannot leave it")
        }
        let combinations = combinations(ways, work)
        for (index, offer) in scenario.sites[site].offers.enumerated() {
            guard let runtime = runtime(work, offer, scenario.sites[site].name, &reasons) else { continue }
            for combination in combinations {
                for errands in errands {
                    let base = option(work, site, index, runtime, combination, errands)
                    out += [base] + offer.later.map { waiting(base, work, offer, $0, site) }
                }
            }
        }
        addSplits(work, site, &out)
        return out.isEmpty ? Rejection(site: name, reason: reasons.first ?? "no offer suits it") : nil
    }

    /// Adds what can be done there after a part at the data; what keeps all else away is told then.
    private mutating func splitOnly(
        _ work: Scenario.Workload, _ site: Int, _ rejection: Rejection, _ out: inout [PlacementOption],
        _ rejections: inout [Rejection]
    ) -> Rejection? {
        addSplits(work, site, &out)
        if out.isEmpty { return rejection }
        var partial = rejection
        partial.isPartial = true
        rejections.append(partial)
        return nil
    }

    /// Seconds of one run on an offer; nil where it does not suit.
    func runtime(_ work: Scenario.Workload, _ offer: Scenario.Offer, _ site: String, _ reasons: inout [String])
        -> Double?
    {
        if !work.offers.isEmpty, !work.offers.contains(offer.name), !work.offers.contains("\(site)/\(offer.name)") {
            reasons.append("its offers are none of \(work.offers.joined(separator: ", "))")
            return nil
        }
        guard offer.price.price != nil else {
            reasons.append("the price of \(offer.name) is unknown")
            return nil
        }
        if offer.capacity == 0 {
            reasons.append("\(offer.name) is full")
            return nil
        }
        guard let seconds = work.seconds(on: offer, at: site) else {
            reasons.append("the runtime on \(offer.name) is not stated, and none is guessed")
            return nil
        }
        guard let spot = offer.spot else { return seconds }
        guard let expected = spot.expected(seconds) else {
            reasons.append("\(offer.name) is interrupted so often that the work never ends")
            return nil
        }
        return expected
    }

    /// The plans that `find` finds; looked for once for each key.
    mutating func plans(_ key: String, _ find: (MovePlanner) -> MovePlans) -> MovePlans {
        if let found = known[key] { return found }
        let found = find(planner)
        known[key] = found
        return found
    }

    /// Takes over what another builder of the same scenario has found.
    ///
    /// - Returns: by number of a staging there, its number here.
    mutating func adopt(_ other: OptionBuilder) -> [Int] {
        known.merge(other.known) { mine, _ in mine }
        for dataset in longest.indices {
            for site in longest[dataset].indices {
                longest[dataset][site] = longest[dataset][site] ?? other.longest[dataset][site]
            }
        }
        return other.staging.map { share($0) }
    }

    /// The number of a shared staging; the same for all who need the same.
    mutating func share(_ staged: SharedStaging) -> Int {
        if let known = stagingIndex[staged.key] { return known }
        stagingIndex[staged.key] = staging.count
        staging.append(staged)
        return staging.count - 1
    }
}
