internal import Catalog
internal import Configurations
internal import Model
internal import Scheduling
internal import Service
internal import Web

// What the daemon shows, in the words of the API.

extension DeskRun {
    /// A run that is not done.
    init(_ view: RunView) {
        self.init(id: view.id, job: view.job, cause: view.cause, state: view.state)
        (from, attempts, startsAt, stopsAt, started) = (
            view.from, view.attempt, view.startsAt, view.stopsAt, view.started
        )
        reason = view.delay?.rawValue ?? ""
        progress = view.progress.map { DeskProgress($0) }
    }
}

extension DeskProgress {
    /// How far an attempt is.
    init(_ progress: RunProgress) {
        self.init(phase: progress.phase)
        (seconds, files, logical) = (progress.seconds, progress.files, progress.logical)
        (missing, wire) = (progress.missing, progress.wire)
        (totalFiles, totalLogical, totalMissing) = (progress.totalFiles, progress.totalLogical, progress.totalMissing)
        (logicalPerSecond, wirePerSecond) = (progress.logicalPerSecond, progress.wirePerSecond)
        secondsLeft = progress.secondsLeft
    }
}

extension DeskSchedule {
    /// A schedule.
    init(_ view: ScheduleView) {
        self.init(name: view.name, job: view.job, at: view.at, zone: view.zone)
        (needs, rule, isPaused, next) = (view.needs, view.rule, view.isPaused, view.next)
        (budget, priority, open) = (view.budget, view.priority, view.openRuns)
    }
}

extension DeskReplica {
    /// What rules want, what is known besides, and where people write.
    ///
    /// - Parameter origins: the sites from which copies of datasets come.
    static func all(
        _ wanted: [ReplicaView], _ known: [KnownReplica], origins: [(dataset: String, site: String)]
    ) -> [DeskReplica] {
        var rest = Dictionary(known.map { ([$0.dataset, $0.site], $0) }) { first, _ in first }
        let ruled = wanted.map { view in
            var out = DeskReplica(
                dataset: view.dataset, site: view.site, verdict: Verdict(rawValue: view.verdict.rawValue) ?? .unknown,
                asOf: view.asOf, lag: view.lag, rpo: view.rpo, reason: view.reason ?? "")
            (out.rule, out.isSource) = (view.rule, view.isSource)
            if let known = rest.removeValue(forKey: [view.dataset, view.site]) { out.add(known) }
            return out
        }
        let others = rest.values.sorted { ($0.dataset, $0.site) < ($1.dataset, $1.site) }.map { known in
            let isOrigin = origins.contains { $0 == (known.dataset, known.site) }
            var out = DeskReplica(
                dataset: known.dataset, site: known.site, verdict: isOrigin ? .held : .unknown, asOf: known.asOf,
                reason: isOrigin ? "" : "no rule asks for it")
            out.add(known)
            return out
        }
        var all = ruled + others
        for origin in origins {
            let index = all.firstIndex { ($0.dataset, $0.site) == origin } ?? all.endIndex
            if index == all.endIndex {
                all.append(DeskReplica(dataset: origin.dataset, site: origin.site, verdict: .held))
            }
            all[index].isSource = true
            all[index].bytes = all[index].bytes ?? bytes(of: origin.dataset, known)
        }
        return all
    }

    /// The bytes of a dataset when it was last copied: nobody counts them where people write.
    private static func bytes(of dataset: String, _ known: [KnownReplica]) -> UInt64? {
        known.filter { $0.dataset == dataset && $0.bytes != nil }.max { $0.asOf < $1.asOf }?.bytes
    }

    private mutating func add(_ known: KnownReplica) {
        (bytes, snapshot, verified) = (known.bytes, known.snapshot, known.verified)
        if let damage = known.damage { reason = reason.isEmpty ? damage : "\(reason); \(damage)" }
    }
}

extension DeskGeography {
    /// The places and ways of a configuration.
    init(_ configuration: PerigeeConfiguration) {
        self.init()
        sites = configuration.sites.map { site in
            let words = ["region", "country"].compactMap { name in
                site.attributes.first { $0.name == name }?.text
            }
            return Site(name: site.name, place: words.joined(separator: ", "))
        }
        links = configuration.links.map {
            Link(from: $0.from, to: $0.to, bandwidth: $0.bandwidth, roundTrip: $0.roundTrip)
        }
        datasets = configuration.datasets.map(\.name)
    }
}
