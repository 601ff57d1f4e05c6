/// Documents that verbs of the command line print too.
public enum DeskDocument: Sendable, Hashable {
    /// `perigee status`.
    case status
    /// `perigee sites`.
    case sites
    /// `perigee links`.
    case links
    /// `perigee datasets`.
    case datasets
    /// `perigee schedule plan`; heavy.
    case plan
    /// `perigee estimate SOURCE DESTINATION`, of ends that the configuration names, with options in the words of the command
    /// line; heavy.
    case estimate(source: String, destination: String, options: [String] = [])
    /// `perigee jobs list`: those that have not ended, or all; at most `limit`.
    case jobs(open: Bool, limit: Int)
    /// `perigee jobs list` of a job or a batch.
    case job(String)
    /// `perigee jobs log`; heavy.
    case jobLog(String)
    /// `perigee log`: the snapshots of a dataset at a site, or the newest of each dataset in its vault, or
    /// what was forgotten and is still there; heavy.
    case history(site: String, dataset: String?, before: UInt64?, limit: Int, forgotten: Bool = false)
    /// `perigee ls`; heavy.
    case entries(DeskListing)
    /// `perigee diff`, of ends that the configuration names; heavy.
    case differences(old: String, new: String, data: Bool, after: String?, limit: Int)
    /// `perigee keys list`, of the vault of a site; heavy.
    case keys(site: String)
    /// `perigee keys status`, of the vault of a site; heavy.
    case epochs(site: String)
    /// `perigee doctor`, of the machine, and of the vault of a site where one is named; heavy.
    case doctor(site: String?)
    /// `perigee status --ledger`; heavy.
    case score
    /// `perigee schedule next`, of the schedules of the configuration; heavy.
    case coming(after: String?, limit: Int)
    /// `perigee schedule next`, of an expression; heavy.
    case occurrences(at: String, zone: String?, after: String?, limit: Int)
    /// `perigee identity show`; heavy.
    case identity
    /// `perigee trust list`; heavy.
    case trust
    /// `perigee config show`; heavy.
    case configuration
    /// `perigee config check`, of a text, or of the file of the daemon as it is now; heavy.
    case check([UInt8]?)
    /// `perigee place --locality` for a scenario; heavy.
    case locality(scenario: String, pairs: [Pair])

    /// A workload and a site.
    public struct Pair: Sendable, Hashable {
        /// The workload.
        public var workload: String
        /// The site.
        public var site: String
    }
}
