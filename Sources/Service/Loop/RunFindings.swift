internal import Catalog
internal import Configurations
internal import Foundation
internal import Model
internal import Scheduling

/// What is learnt from the end of an attempt.
struct RunFindings {
    /// What it used.
    private(set) var spending = Spending()
    /// What is known of replicas from now on.
    private(set) var replicas: [KnownReplica] = []
    private var snapshots: [KnownSnapshot] = []
    private var samples: [LinkSample] = []
    private var ledger: [LedgerEntry] = []
    private let id: RunID
    private let document: String?

    /// What the end of an attempt says.
    init(
        _ end: AttemptEnd, _ configuration: PerigeeConfiguration, _ known: [KnownReplica], now: Instant
    ) {
        id = end.order.id
        document = end.result.document
        let isDone = end.result.kind == .done || end.result.kind == .partial
        if end.order.job.verb == .verify {
            guard isDone || end.result.code == .damaged else { return }
            replicas = Self.verified(end, known, isSound: isDone, now: now)
            return
        }
        guard let document,
            let report = try? JSONDecoder().decode(RunReport.self, from: Data(document.utf8))
        else { return }
        spending = Self.spending(report, end.price)
        guard isDone else { return }
        // Nobody knows of which instant a tree is that a snapshot was put into, or what else lies there; what was recalled
        // is no newer for that.
        if ![.restore, .recall].contains(end.order.job.verb) {
            replicas = [Self.replica(end, asOf: Self.asOf(end, configuration, known), report)]
        }
        note(report, end, configuration, now)
    }

    /// What it used: bytes in both directions, and money by those that are more, as estimates and the ledger count it.
    private static func spending(_ report: RunReport, _ price: WorkPrice) -> Spending {
        let (sent, received, requests) = (report.bytes.wireSent, report.bytes.wireReceived, report.requests)
        let (sum, overflow) = sent.addingReportingOverflow(received)
        let (writes, tooMany) = requests.put.addingReportingOverflow(requests.list)
        let priced = price.spending(
            bytes: max(sent, received), writes: tooMany ? .max : writes, reads: requests.get)
        let bytes = overflow ? .max : sum
        return Spending(
            bytes: bytes, microdollars: priced.microdollars, unpricedBytes: priced.price == nil ? bytes : 0)
    }

    /// What a verification says of replicas: of the one that it was of, or of all that the vault of a site is known to hold.
    private static func verified(
        _ end: AttemptEnd, _ known: [KnownReplica], isSound: Bool, now: Instant
    ) -> [KnownReplica] {
        let job = end.order.job
        let names = job.dataset.isEmpty ? known.filter { $0.site == job.site }.map(\.dataset) : [job.dataset]
        let hit = isSound ? [] : VerifiedDatasets.hit(end.result.document ?? "")
        return names.compactMap { name in
            var replica = KnownReplica(
                dataset: name, site: job.site, asOf: .distantPast, snapshot: nil, bytes: nil, run: 0)
            if isSound {
                replica.verified = now
            } else if !job.dataset.isEmpty || hit.isEmpty || hit.contains(name) {
                replica.damage = end.result.message
            } else {
                // Others are hit, and nothing that this one needs is.
                return nil
            }
            return replica
        }
    }

    private static func replica(_ end: AttemptEnd, asOf: Instant, _ report: RunReport?) -> KnownReplica {
        KnownReplica(
            dataset: end.order.job.dataset, site: end.order.job.site, asOf: asOf, snapshot: report?.snapshot,
            bytes: report?.bytes.logical, run: 0)
    }

    /// Of a copy of the source: when the reading began.
    ///
    /// Of a copy of a copy: what that was of, where it is known.
    private static func asOf(
        _ end: AttemptEnd, _ configuration: PerigeeConfiguration, _ known: [KnownReplica]
    ) -> Instant {
        let job = end.order.job
        guard let from = end.order.from, let source = configuration.dataset(job.dataset)?.origin, from != source,
            let copy = known.first(where: { $0.dataset == job.dataset && $0.site == from })
        else { return end.began }
        return min(end.began, copy.asOf)
    }

    private mutating func note(
        _ report: RunReport, _ end: AttemptEnd, _ configuration: PerigeeConfiguration, _ now: Instant
    ) {
        let job = end.order.job
        if job.verb != .restore, let snapshot = report.snapshot, Self.isVault(job, configuration) {
            snapshots = [
                KnownSnapshot(
                    dataset: job.dataset, site: job.site, id: snapshot, noted: now.seconds,
                    files: report.files.scanned, bytes: report.bytes.logical, stored: report.bytes.stored, run: 0)
            ]
        }
        if let from = end.order.from, from != job.site, spending.bytes > 0, report.seconds.total > 0 {
            samples = [
                LinkSample(
                    at: now, from: from, to: job.site, bytes: spending.bytes, seconds: report.seconds.total, run: 0)
            ]
        }
        let bytes = report.estimate.map {
            LedgerEntry.Range(p10: Double($0.bytes.p10), p50: Double($0.bytes.p50), p90: Double($0.bytes.p90))
        }
        let seconds = report.estimate.map {
            LedgerEntry.Range(p10: $0.seconds.p10, p50: $0.seconds.p50, p90: $0.seconds.p90)
        }
        ledger = [
            LedgerEntry(
                run: 0, id: id, job: job, at: now, expectedBytes: bytes, expectedSeconds: seconds,
                bytes: spending.bytes, seconds: report.seconds.total)
        ]
    }

    private static func isVault(_ job: JobSpecification, _ configuration: PerigeeConfiguration) -> Bool {
        guard let dataset = configuration.dataset(job.dataset), let site = configuration.site(job.site),
            let replica = configuration.replica(of: dataset, at: site), case .vault = replica.place
        else { return false }
        return true
    }

    /// Adds all this to what is written with the end of the attempt.
    func add(to change: inout CatalogChange) {
        change.findings.append(
            CatalogChange.Findings(
                run: id, document: document, replicas: replicas, snapshots: snapshots, samples: samples, ledger: ledger)
        )
    }
}
