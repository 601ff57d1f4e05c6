public import Model

/// What will fit into a window and a budget, in which order, and what will not, and why.
///
/// The same request gives the same plan, to the byte.
public struct NightPlan: Hashable, Sendable {
    /// What becomes of a job.
    public enum Verdict: String, Sendable, Codable {
        /// It ends in the window even if it is as large as it is in one of ten cases.
        case fits
        /// It ends in the window if it is no larger than it is in half of the cases.
        case likely
        /// It begins in the window, and is carried over.
        case carriedOver = "carried_over"
        /// It does not begin.
        case left
    }

    /// A job in the plan.
    public struct Row: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// What becomes of it.
        public let verdict: Verdict
        /// When it begins; nil where it does not.
        public let start: Instant?
        /// When it ends; nil where it does not, in the window.
        public let end: Instant?
        /// What it moves in the window.
        public let bytes: ByteCount
        /// What that costs, in micro-dollars.
        public let microdollars: Int64
        /// Why, in one sentence.
        public let reason: String
    }

    /// The jobs: those that begin in the order in which they do, then the others in the order in which they were looked at.
    public let rows: [Row]
    /// What all of them move in the window.
    public let bytes: ByteCount
    /// What all of that costs, in micro-dollars.
    public let microdollars: Int64

    /// Makes the plan.
    public init(_ request: PlanRequest) {
        let order = NightPlanner.order(request.jobs)
        let admitted = NightPlanner.admit(order, request)
        let usual = NightFlow(admitted.jobs, request) { $0.bytes.p50 }.courses()
        let large = NightFlow(admitted.jobs, request) { $0.bytes.p90 }.courses()
        var rows = admitted.jobs.indices.map {
            NightPlanner.row(admitted.jobs[$0], usual[$0], large[$0], request)
        }
        rows = rows.enumerated().sorted {
            ($0.element.start ?? .distantFuture, $0.offset) < ($1.element.start ?? .distantFuture, $1.offset)
        }.map(\.element)
        self.rows = rows + admitted.left
        bytes = ByteCount(self.rows.reduce(0 as UInt64) { $0.addingClamped($1.bytes.bytes) })
        microdollars = self.rows.reduce(0 as Int64) {
            Int64(clamping: UInt64($0).addingClamped(UInt64(max(0, $1.microdollars))))
        }
    }
}

extension UInt64 {
    /// The sum, or the largest number.
    func addingClamped(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
