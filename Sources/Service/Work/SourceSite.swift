internal import Catalog
internal import Configurations
internal import Scheduling

/// From where the data of a job comes.
enum SourceSite {
    /// The site; nil where there is no other replica.
    ///
    /// The one that the job names; else where people write; else the one that is known to hold the newest state, and of
    /// those that are equal the first that is described.
    static func of(
        _ job: JobSpecification, _ configuration: PerigeeConfiguration, _ known: [KnownReplica]
    ) -> String? {
        if let from = job.from { return from }
        guard let dataset = configuration.dataset(job.dataset) else { return nil }
        if let source = dataset.origin, source != job.site { return source }
        let others = dataset.replicas.map(\.site).filter { $0 != job.site }
        let newest = others.enumerated().max { a, b in
            (asOf(a.element, job, known), b.offset) < (asOf(b.element, job, known), a.offset)
        }
        return newest?.element
    }

    private static func asOf(_ site: String, _ job: JobSpecification, _ known: [KnownReplica]) -> Instant {
        known.first { $0.dataset == job.dataset && $0.site == site }?.asOf ?? .distantPast
    }
}
