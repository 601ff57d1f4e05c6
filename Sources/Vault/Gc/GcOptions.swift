internal import Hashing
public import Workers

/// How a vault is cleaned.
public struct GcOptions: Sendable {
    /// Seconds that what is condemned stays, and that packs and snapshots' blobs nobody names are left alone.
    ///
    /// Runs that are writing end within it undisturbed. Nothing is lost where one takes longer: it then finds, when it
    /// commits, what was condemned, and takes it off the list or ends with an error.
    public var grace: Double
    /// Packs of whose bytes a larger share, from 0 to 1, is needed by nobody are rewritten; nil rewrites none.
    public var compactsAbove: Double?
    /// Whether records of older key epochs are sealed anew.
    public var renewsEpochs: Bool
    /// Look, and change nothing.
    public var isDryRun: Bool
    // Damaged packs, of which all that is sound was moved: they are condemned, and nothing else is.
    var only: Set<Digest>?
    /// Asks the run to stop; what was done by then is kept.
    public var stop: StopFlag?
    /// Told of all bytes that are written, before they are.
    public var gauge: (@Sendable (_ bytes: Int) -> Void)?
    /// Told now and then how far the run is.
    public var onProgress: (@Sendable (GcProgress) -> Void)?

    /// Options; what is not given is the standard: a day of grace, and no compaction.
    public init(
        grace: Double = 86_400, compactsAbove: Double? = nil, renewsEpochs: Bool = false, isDryRun: Bool = false,
        stop: StopFlag? = nil, gauge: (@Sendable (Int) -> Void)? = nil,
        onProgress: (@Sendable (GcProgress) -> Void)? = nil
    ) {
        self.grace = grace
        self.compactsAbove = compactsAbove
        self.renewsEpochs = renewsEpochs
        self.isDryRun = isDryRun
        self.stop = stop
        self.gauge = gauge
        self.onProgress = onProgress
    }
}

/// How far a gc is.
public struct GcProgress: Hashable, Sendable {
    /// Snapshots that were walked.
    public var snapshots: UInt64 = 0
    /// Chunks and pages that were found to be needed.
    public var records: UInt64 = 0
    /// Their bytes.
    public var bytes: UInt64 = 0

    /// Nothing done.
    public init() {}
}
