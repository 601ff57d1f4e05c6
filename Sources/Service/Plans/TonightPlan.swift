internal import Model
internal import Scheduling

/// What will fit into the coming hours and the budget, and what will not: perigee.plan/1.
public struct TonightPlan: Encodable, Sendable {
    /// A schedule in the plan.
    public struct Row: Encodable, Sendable {
        /// The schedule.
        public let schedule: String
        /// What its run does, in words.
        public let work: String
        /// When it is due.
        public let due: String
        /// What becomes of it: fits, likely, carried_over, left; unknown where it could not be estimated.
        public let verdict: String
        /// When it begins.
        public let start: String?
        /// When it ends.
        public let end: String?
        /// The bytes on the wire that are expected: p10, p50, p90.
        public let expected: Range?
        /// What it moves in these hours.
        public let bytes: UInt64
        /// What that costs, in millionths of a dollar; nil where it is unknown.
        public let microdollars: Int64?
        /// Why.
        public let reason: String
    }

    /// What a budget still gives.
    public struct Budget: Encodable, Sendable {
        /// Its name.
        public let name: String
        /// Bytes; nil for any number.
        public let bytes: UInt64?
        /// Millionths of a dollar; nil for any number.
        public let microdollars: Int64?
    }

    /// Low, middle and high.
    public struct Range: Encodable, Sendable {
        /// The value below which one in ten lies.
        public let p10: UInt64
        /// The value below which every second lies.
        public let p50: UInt64
        /// The value below which nine in ten lie.
        public let p90: UInt64
    }

    let schema = "perigee.plan/1"
    /// When the hours begin.
    public let opens: String
    /// When they end.
    public let closes: String
    /// The schedules that are due in them.
    public let rows: [Row]
    /// What all of them move in these hours.
    public let bytes: UInt64
    /// What that costs, in millionths of a dollar; nil where it is unknown of one of them.
    public let microdollars: Int64?
    /// What budgets still give as the hours begin, before any of this.
    public let budgets: [Budget]
}
