public import Catalog
public import Model
public import Scheduling

/// What the API and the dashboard ask of the daemon.
///
/// All calls may come from any thread, and block for no longer than the catalog needs; those that are heavy say so. Errors
/// are ``PerigeeError``.
public protocol Desk: Sendable {
    /// What the daemon is doing; an immutable copy, quick.
    var state: DeskState { get }
    /// The runs that are not done; quicker than ``state``.
    var open: [DeskRun] { get }
    /// What the configuration says of places and ways; quick.
    var geography: DeskGeography { get }
    /// The clock.
    var now: Timestamp { get }
    /// Which state of ``open`` and of the catalog this is; quick.
    ///
    /// What was read after this was asked for is still true as long as this is the same.
    var version: DeskVersion { get throws }

    /// A page of runs, newest first.
    func runs(_ query: RunQuery) throws -> RunPage
    /// A run with its report; nil where there is none.
    func run(_ id: RunID) throws -> RunRow?
    /// The newest snapshots; those that were forgotten only where they are wanted.
    func snapshots(dataset: String?, site: String?, forgotten: Bool, limit: Int) throws -> [KnownSnapshot]
    /// What was expected and what came, newest first, of runs with numbers below `before`.
    func ledger(before: Int64?, limit: Int) throws -> [LedgerEntry]
    /// The audit log, newest first, of entries below `before`.
    func audit(before: Int64?, limit: Int) throws -> [AuditEntry]
    /// Checks the audit log; heavy.
    func verifyAudit() throws -> AuditVerdict
    /// Appends to the audit log; durable when it returns.
    func append(_ draft: AuditDraft) throws

    /// When a schedule is due after now, from the first; at most `count` instants, and none after `end`.
    func coming(_ schedule: String, count: Int, before end: Instant) -> [Instant]

    /// Does what was asked for, on behalf of `actor`; durable and in the audit log when it returns.
    ///
    /// - Returns: the run that was started.
    /// - Throws: `notFound` for unknown names, `conflict` for a run that has ended, and for an errand that is under way;
    ///   `unsupported` and `refused` for an errand that cannot be done there.
    func perform(_ order: DeskOrder, by actor: String) throws -> RunID?

    /// All tokens, those that were taken back too.
    func tokens() throws -> [AccessToken]
    /// Adds a token; `conflict` where its name or digest is in use.
    func add(_ token: AccessToken) throws
    /// Takes a token back; `notFound` where there is none of that name that is good.
    func revoke(token id: String) throws
    /// The token of a digest; nil where there is none.
    func token(digest: [UInt8]) throws -> AccessToken?
    /// Notes that a token was used.
    func touch(token id: String) throws
    /// The answer that was kept for a key of an actor.
    func answer(key: String, actor: String) throws -> KeptAnswer?
    /// Keeps an answer.
    func keep(_ answer: KeptAnswer, key: String, actor: String) throws

    /// The document that a verb of the command line prints.
    func document(_ verb: DeskDocument) throws -> [UInt8]
    /// Has a verb of the command line change something at once; heavy. The document that it prints.
    func perform(_ change: DeskChange) throws -> [UInt8]
    /// The bytes of a file in a tree or snapshot; heavy.
    ///
    /// - Throws: `notFound` where there is nothing, `usage` where it is no file.
    func size(of file: DeskListing) throws -> UInt64
    /// Begins to read that file into `flow`, by a thread of its own.
    ///
    /// - Throws: `busy` where enough are read already.
    func read(_ file: DeskListing, into flow: ByteFlow) throws
    /// A decision for a scenario, changed as asked; heavy.
    func decide(_ question: DecisionQuestion) throws -> [UInt8]
    /// Decides for a scenario, and has its work done where that was decided; heavy. The document of `place --execute`.
    ///
    /// - Parameters:
    ///   - site: the site that all workloads are held to; nil for none.
    ///   - anew: whether it is begun anew where the same was begun and has not ended.
    func execute(_ scenario: String, at site: String?, anew: Bool) throws -> [UInt8]
    /// Asks for the end of a job, or of all jobs of a batch. The document of `jobs list`.
    func end(job: String) throws -> [UInt8]
    /// The scenarios that can be decided.
    var scenarios: [String] { get }

    /// Events from now on: `wake` is called, from any thread, when there are some that were not drained.
    func subscribe(wake: @escaping @Sendable () -> Void) -> any DeskSubscription
}

/// A state of what a desk says of runs.
public struct DeskVersion: Sendable, Hashable {
    /// Changes after ``Desk/open`` has changed, and before that is acknowledged to anybody.
    public var runs: UInt64
    /// Changes with each write of the catalog, by whichever process.
    public var catalog: Int64

    /// A state.
    public init(runs: UInt64, catalog: Int64) { (self.runs, self.catalog) = (runs, catalog) }
}

/// What a decision is asked about.
public struct DecisionQuestion: Sendable, Hashable {
    /// One of ``Desk/scenarios``.
    public var scenario: String
    /// The site that all workloads are held to; nil for none.
    public var at: String?
    /// Times what all links carry.
    public var bandwidth = 1.0
    /// Times what bytes cost on all links.
    public var traffic = 1.0
    /// Times what hours of machines cost.
    public var compute = 1.0
    /// Times the bytes of all datasets.
    public var size = 1.0

    /// The scenario as it is.
    public init(scenario: String) { self.scenario = scenario }
}

/// What the daemon is asked to do.
public enum DeskOrder: Sendable, Hashable {
    /// Run a schedule now.
    case runNow(schedule: String)
    /// Have work done once, as soon as there is room.
    case errand(JobSpecification)
    /// Let no more runs of a schedule fall due.
    case pause(schedule: String)
    /// Let them again.
    case resume(schedule: String)
    /// Stop a run.
    case cancel(RunID)
    /// Read the configuration anew.
    case reload
}

/// Events of the daemon for one listener.
public protocol DeskSubscription: Sendable {
    /// What has happened since the last call, in order, and how many events were left away because nobody asked.
    func drain() -> (events: [DeskEvent], missed: UInt64)
    /// No more of them.
    func close()
}

/// Something that happened.
public struct DeskEvent: Sendable, Hashable {
    /// Ascends.
    public var number: UInt64
    /// `run`, `progress`, `log`, `schedule`, `replica`, `configuration`, `stopping`.
    public var kind: String
    /// The document of what it is about, JSON without line breaks.
    public var document: String

    /// An event.
    public init(number: UInt64, kind: String, document: String) {
        self.number = number
        self.kind = kind
        self.document = document
    }
}
