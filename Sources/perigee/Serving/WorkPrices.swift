internal import Calibration
internal import Catalog
internal import Configurations
internal import Model
internal import Replication
internal import Service

/// What the daemon's work costs: as `perigee estimate` prices it, by the configuration that is in use at the time.
struct WorkPrices: Sendable {
    private let path: String
    private let ledger: any TransferLedger

    /// Prices by configurations that are read from `path`.
    init(_ path: String, _ ledger: any TransferLedger) {
        self.path = path
        self.ledger = ledger
    }

    /// The price of a job that brings data from a site.
    func price(_ configuration: PerigeeConfiguration, _ job: JobSpecification, _ from: String?) -> WorkPrice {
        guard let loaded = try? LoadedConfiguration(configuration, path: path) else {
            return .unknown(because: "the configuration names no site for this host")
        }
        guard job.verb.moves else { return check(job, loaded) }
        guard job.via == nil else { return .unknown(because: "a way through \(job.via ?? "") has no price") }
        guard let from, let ends = TransferEnds(job.dataset, from: from, to: job.site, by: loaded) else {
            return .unknown(because: "nobody says from where the data comes")
        }
        let price = TransferPrice.configured(ends, by: loaded, ledger)
        if case .unknown(let reason) = price { return .unknown(because: reason) }
        let isBucket = ends.from.bucket != nil || ends.to.bucket != nil
        if isBucket, price.money(bytes: 1, writes: 1, reads: 1) == nil {
            return .unknown(because: "the price book has no price of requests")
        }
        return .known { price.money(bytes: $0, writes: $1, reads: $2)?.micros }
    }

    /// What is done where the data is: on this host that costs nothing, elsewhere nobody says.
    private func check(_ job: JobSpecification, _ loaded: LoadedConfiguration) -> WorkPrice {
        guard Self.isHere(job, loaded) else {
            return .unknown(because: "what is read and written at another place has no price")
        }
        return .known { _, _, _ in 0 }
    }

    private static func isHere(_ job: JobSpecification, _ loaded: LoadedConfiguration) -> Bool {
        guard job.dataset.isEmpty else {
            return TransferEnds(job.dataset, from: job.site, to: job.site, by: loaded)?.to.isHere ?? false
        }
        guard let site = loaded.configuration.site(job.site), let vault = try? loaded.vault(of: site, in: job.site)
        else { return false }
        return TransferEnds.End(endpoint: vault, site: job.site).isHere
    }
}
