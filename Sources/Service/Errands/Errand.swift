internal import Catalog
internal import Configurations
internal import Model
internal import Scheduling

/// Work that somebody asks for, once: it has a schedule of its own, which is there as long as its run is not done.
///
/// So all that holds for runs holds for errands: what was asked for is in the catalog before it is begun, one run ends once,
/// whatever kills come, and it can be watched and cancelled. Of the same work at the same place one errand is open at a time.
struct Errand: Hashable, Sendable {
    /// What is to be done.
    let job: JobSpecification

    /// Work.
    init(_ job: JobSpecification) { self.job = job }

    /// What its schedule is called: no schedule of a configuration and none of a rule can have such a name.
    var schedule: String {
        "\(Self.mark)\(job.verb.rawValue):\(subject)"
    }

    /// On what it is, for the audit log: `SITE`, or `SITE:DATASET`.
    var subject: String {
        let name = job.into ?? job.dataset
        return name.isEmpty ? job.site : "\(job.site):\(name)"
    }

    /// What the names of errands' schedules begin with.
    private static let mark = "errand:"

    /// Whether a schedule is that of an errand.
    static func has(_ schedule: String) -> Bool {
        schedule.hasPrefix(mark) && schedule.dropFirst(mark.count).contains(":")
    }

    /// The schedule itself: it is never due, and what fails is not tried again unless somebody asks for that.
    var planned: PlannedSchedule {
        var specification = ScheduleSpecification(name: schedule)
        specification.retry = RetryRule(attempts: 1, base: 0, longest: 0)
        return PlannedSchedule(specification: specification, job: job, at: nil, origin: .errand)
    }

    /// Sees whether a configuration describes what it names.
    ///
    /// - Parameter here: the site of this host, where that is known.
    /// - Throws: `notFound` for names that are not described, and for places that a dataset does not have; `unsupported`
    ///   where there is a tree and a vault is needed, or the other way round, or no link.
    func check(by configuration: PerigeeConfiguration, here: String? = nil) throws(PerigeeError) {
        for name in [job.site, job.from, job.via].compactMap({ $0 }) where configuration.site(name) == nil {
            throw Self.missing("the configuration describes no such site", at: name)
        }
        for name in [job.dataset, job.into ?? ""] where !name.isEmpty && configuration.dataset(name) == nil {
            throw Self.missing("the configuration describes no such dataset", at: name)
        }
        switch job.verb {
        case .replicate: _ = try isVault(job.dataset, job.site, configuration)
        case .verify where job.dataset.isEmpty: try needOwnVault(configuration)
        case .snapshot, .verify, .forget, .recall: try needVault(job.dataset, job.site, configuration)
        case .restore:
            try needVault(job.dataset, job.from ?? job.site, configuration)
            guard try !isVault(job.into ?? job.dataset, job.site, configuration) else {
                throw PerigeeError(
                    .unsupported, "it is kept in a vault there, and a snapshot is restored into a tree",
                    at: "\(job.site):\(job.into ?? job.dataset)",
                    remedy: "name a site where the configuration describes it as a tree, or bring it by a replication")
            }
        case .gc, .repair, .rotate: try needOwnVault(configuration)
        case .probe:
            let site = configuration.site(job.site)
            guard job.site != here, site?.shell != nil || site?.agent != nil else {
                throw PerigeeError(
                    .unsupported, "the site is not on another host: there is no link to measure", at: job.site,
                    remedy: "name one that has agent: or ssh: in the configuration")
            }
        }
    }

    private func needOwnVault(_ configuration: PerigeeConfiguration) throws(PerigeeError) {
        guard configuration.site(job.site)?.vault == nil else { return }
        throw Self.missing("the configuration names no vault of this site", at: job.site)
    }

    private func needVault(
        _ dataset: String, _ site: String, _ configuration: PerigeeConfiguration
    ) throws(PerigeeError) {
        guard try !isVault(dataset, site, configuration) else { return }
        throw PerigeeError(
            .unsupported, "it is a tree there, and no vault", at: "\(site):\(dataset)",
            remedy: "name a site that keeps it in a vault")
    }

    private func isVault(
        _ dataset: String, _ site: String, _ configuration: PerigeeConfiguration
    ) throws(PerigeeError) -> Bool {
        guard let site = configuration.site(site), let settings = configuration.dataset(dataset),
            let replica = configuration.replica(of: settings, at: site)
        else {
            throw Self.missing("nothing says where this dataset is at this site", at: "\(site):\(dataset)")
        }
        if case .vault = replica.place { return true }
        return false
    }

    private static func missing(_ message: String, at place: String) -> PerigeeError {
        PerigeeError(.notFound, message, at: place, remedy: "perigee sites and perigee datasets show what there is")
    }
}
