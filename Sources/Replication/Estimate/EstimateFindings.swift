internal import Model
internal import Storage
internal import Vault

/// What looking at both ends has found; from this the figures of an estimate are made.
struct EstimateFindings: Codable, Sendable {
    /// What a destination lacks.
    struct Missing: Codable, Sendable {
        var chunks: UInt64 = 0
        /// Their plain bytes.
        var bytes: UInt64 = 0
    }

    /// What the destination lacks.
    var missing = Missing()
    /// What would cross between the ends.
    var wire = Spread<UInt64>(exactly: 0)
    /// What would cross back from the destination; as much as crosses there where that is not known.
    var wireBack: UInt64?
    /// What of it was counted and not sent when it was rehearsed; nil where nothing was.
    var withheld: Spread<UInt64>?
    /// What the destination would grow by.
    var stored = Spread<UInt64>(exactly: 0)
    /// What would be asked of the stores.
    var requests = EstimateReport.Requests()
    /// How long a run would take on this machine, by the rates measured while estimating, in seconds.
    var localSeconds = 0.0
    /// How much longer it would take over the link by which it was rehearsed, in seconds; nil where it was not.
    var lateSeconds: Double?
    /// How the wire bytes were found.
    var method = EstimateReport.Method.exact
    /// What was compressed for it.
    var sample = EstimateReport.Sample()
    /// What the figures rest on.
    var assumptions: [String] = []
    /// The snapshot that would be read.
    var snapshot: String?
    /// The destination's newest snapshot, which the source was compared with.
    var base: String?
    /// What deserves a look.
    var warnings: [String] = []
}

extension EstimateFindings {
    /// Counts what planning has asked of `vault` since its meter stood at `before`, which a run asks too, and `reads` more.
    ///
    /// Gives how many bytes came for that, copies of the index aside: a run has them.
    @discardableResult
    mutating func countAsked(of vault: Vault, since before: StoreMeter?, andReads reads: UInt64) -> UInt64 {
        let asked = StoreUse(of: vault, since: before ?? StoreMeter())
        requests.get = Spread(exactly: asked.requests.get + reads)
        requests.list = Spread(exactly: asked.requests.list)
        return asked.received(but: vault.index)
    }
}
