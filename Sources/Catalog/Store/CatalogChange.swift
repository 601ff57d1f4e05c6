public import Scheduling

/// What is to be remembered together: all of it, or nothing.
public struct CatalogChange: Sendable {
    /// What an attempt at a run has left and found out.
    public struct Findings: Sendable {
        /// The run.
        public var run: RunID
        /// Its JSON document; nil where it left none.
        public var document: String?
        /// What is known of replicas from now on; the number of the run is filled in, here and below.
        public var replicas: [KnownReplica]
        /// Snapshots.
        public var snapshots: [KnownSnapshot]
        /// Samples of links.
        public var samples: [LinkSample]
        /// What was expected and what came.
        public var ledger: [LedgerEntry]

        /// What an attempt has left.
        public init(
            run: RunID, document: String? = nil, replicas: [KnownReplica] = [], snapshots: [KnownSnapshot] = [],
            samples: [LinkSample] = [], ledger: [LedgerEntry] = []
        ) {
            self.run = run
            self.document = document
            self.replicas = replicas
            self.snapshots = snapshots
            self.samples = samples
            self.ledger = ledger
        }
    }

    /// The state of the schedules from now on; runs in it become rows.
    public var scheduler: SchedulerState?
    /// The places of the schedules in it that are otherwise than in what was written last; nil where that has to be found.
    public var places: [Int]?
    /// What runs of a schedule do, for those that are new; runs of schedules that are not here are not noted.
    public var jobs: [String: JobSpecification] = [:]
    /// When all this is.
    public var now: Instant
    /// Runs that have ended.
    public var ended: [RunRecord] = []
    /// Runs that were due and will not come.
    public var missed: [MissedRuns] = []
    /// What attempts have left and found out.
    public var findings: [Findings] = []
    /// What the logs of runs say.
    public var lines: [RunLine] = []
    /// What somebody did.
    public var audit: [AuditDraft] = []

    /// Whether there is nothing to remember but, perhaps, a state.
    public var hasNothing: Bool {
        ended.isEmpty && missed.isEmpty && findings.isEmpty && lines.isEmpty && audit.isEmpty
    }

    /// Nothing yet.
    public init(at now: Instant) { self.now = now }
}
