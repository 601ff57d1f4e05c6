internal import Model

/// All that is known of a job: what it is, how far it has come, what was expected and what came.
///
/// A value that a store keeps; what happens to it is in `JobRecord+Events`.
public struct JobRecord: Hashable, Sendable, Codable {
    /// When things happened, in seconds since 1970.
    public struct Times: Hashable, Sendable, Codable {
        /// It was planned.
        public var planned: Double
        /// It began to be brought together.
        public var staging: Double?
        /// Its executor had it.
        public var submitted: Double?
        /// It began to work.
        public var began: Double?
        /// It had ended.
        public var ended: Double?
        /// Nothing more happened.
        public var finished: Double?

        /// Planned then.
        public init(planned: Double) { self.planned = planned }
    }

    /// Its end was asked for.
    public struct Cancel: Hashable, Sendable, Codable {
        /// When.
        public var asked: Double
        /// When its executor was told; nil for not yet.
        public var told: Double?
        /// Whether it was told to use force.
        public var isForced = false
        /// Its time was over, and nobody asked.
        public var isTimeout = false

        /// Asked for then.
        public init(asked: Double) { self.asked = asked }
    }

    /// Its name.
    public let id: JobID
    /// What tells the batch's cause from others: the digest of what was decided by.
    public let cause: String
    /// The scenario.
    public let scenario: String
    /// The workload.
    public let workload: String
    /// Where it runs.
    public let site: String
    /// On what.
    public let offer: String
    /// How data and work come together, in words.
    public let way: String
    /// What is to be run.
    public let order: JobOrder
    /// Jobs that must be done before.
    public let parents: [JobID]
    /// It does not begin before, in seconds since 1970; nil for at once.
    public let notBefore: Double?
    /// What was expected.
    public let expected: JobFigures
    /// What its machines cost.
    public let rate: JobRate
    /// Counts how often it was written.
    public var revision = 0
    /// How far it has come.
    public internal(set) var state = JobState.planned
    /// What is brought before.
    public internal(set) var stages: [JobMove]
    /// What is brought after.
    public internal(set) var returns: [JobMove]
    /// What its executor calls it.
    public internal(set) var handle: String?
    /// Why it waits, or what went wrong last.
    public internal(set) var note: String?
    /// Why it failed or was cancelled.
    public internal(set) var reason: String?
    /// What its command ended with.
    public internal(set) var exitCode: Int32?
    /// How often the step at hand failed for a passing reason.
    public internal(set) var attempts = 0
    /// The step at hand is not tried before, in seconds since 1970.
    public internal(set) var retryAt: Double?
    /// Why it ended without a result; nil where it has one, or has not ended.
    public internal(set) var loss: String?
    /// Since when its executor knows nothing of it.
    public internal(set) var missedSince: Double?
    /// Its end was asked for.
    public internal(set) var cancel: Cancel?
    /// Whether its output was fetched, or cannot be.
    public internal(set) var isLogKept = false
    /// Why its output is not kept; nil where it is, or may still be.
    public internal(set) var logLoss: String?
    /// When things happened.
    public internal(set) var times: Times

    /// A job that was just decided.
    public init(
        id: JobID, cause: String, scenario: String, workload: String, site: String, offer: String, way: String,
        order: JobOrder, parents: [JobID] = [], notBefore: Double? = nil, expected: JobFigures, rate: JobRate,
        stages: [JobMove] = [], returns: [JobMove] = [], at now: Double
    ) {
        self.id = id
        (self.cause, self.scenario, self.workload) = (cause, scenario, workload)
        (self.site, self.offer, self.way) = (site, offer, way)
        (self.order, self.parents, self.notBefore) = (order, parents, notBefore)
        (self.expected, self.rate) = (expected, rate)
        (self.stages, self.returns) = (stages, returns)
        times = Times(planned: now)
    }

    /// What came so far.
    public var actual: JobFigures {
        var out = JobFigures()
        let moved = (stages + returns).compactMap(\.outcome)
        out.staging = stages.compactMap(\.outcome?.seconds).reduce(0, +)
        out.returning = returns.compactMap(\.outcome?.seconds).reduce(0, +)
        out.bytes = moved.reduce(0) { $0 &+ $1.bytes }
        guard let submitted = times.submitted, let began = times.began, let ended = times.ended else { return out }
        out.queue = max(0, began - submitted)
        out.work = max(0, ended - began)
        out.compute = rate.cost(out.work)
        let moves = (stages + returns).filter { $0.outcome != nil }.map(\.money)
        if !moves.contains(nil) { out.money = moves.reduce(out.compute) { $0 + ($1 ?? .zero) } }
        return out
    }
}
