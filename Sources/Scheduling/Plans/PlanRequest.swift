public import Model

/// What is asked of a plan: which jobs, over which links, in which hours, for how much.
public struct PlanRequest: Sendable {
    /// A job that could be done.
    public struct Job: Sendable {
        /// Its name.
        public let name: String
        /// How many bytes it would move.
        public let bytes: Spread<ByteCount>
        /// The names of the links that they would pass.
        public let links: [String]
        /// Micro-dollars for a GiB on that way.
        public let microdollarsPerGiB: Int64
        /// What all of it costs where it is as large as in half of the cases, in micro-dollars; nil where only
        /// ``microdollarsPerGiB`` says it.
        public var microdollars: Int64?
        /// The name of the budget that it uses; nil for none.
        public var budget: String?
        /// Jobs of a higher priority come first.
        public let priority: Int
        /// Its share of links beside jobs of equal priority.
        public let weight: Int
        /// The jobs that have to be done before it begins.
        public let needs: [String]
        /// When it was due; what was due first comes first.
        public let due: Instant

        /// A job.
        public init(
            name: String, bytes: Spread<ByteCount>, links: [String], microdollarsPerGiB: Int64 = 0, priority: Int = 0,
            weight: Int = 1, needs: [String] = [], due: Instant
        ) {
            self.name = name
            self.bytes = bytes
            self.links = links
            self.microdollarsPerGiB = max(0, microdollarsPerGiB)
            self.priority = priority
            self.weight = max(1, weight)
            self.needs = needs
            self.due = due
        }

        /// What so many bytes cost, rounded up.
        func cost(of bytes: ByteCount) -> Int64 {
            let all = self.bytes.p50.bytes
            if let microdollars {
                guard bytes.bytes < all else { return microdollars }
                let part = UInt64(max(0, microdollars)).multipliedFullWidth(by: bytes.bytes)
                let (quotient, remainder) = all.dividingFullWidth(part)
                return Int64(clamping: quotient) + (remainder > 0 ? 1 : 0)
            }
            let wide = UInt64(microdollarsPerGiB).multipliedFullWidth(by: bytes.bytes)
            let gib: UInt64 = 1 << 30
            guard wide.high < gib else { return .max }
            let (quotient, remainder) = gib.dividingFullWidth(wide)
            return Int64(clamping: quotient) + (remainder > 0 && quotient < Int64.max ? 1 : 0)
        }
    }

    /// The jobs.
    public var jobs: [Job]
    /// What each link carries.
    public var links: [String: ByteRate]
    /// The hours.
    public var window: Range<Instant>
    /// What may be used by those that have no budget of their own.
    public var budget: Allowance
    /// What each budget gives, by its name.
    public var budgets: [String: Allowance] = [:]
    /// How many jobs may work at once.
    public var jobsMax: Int

    /// A request.
    public init(
        jobs: [Job], links: [String: ByteRate], window: Range<Instant>, budget: Allowance = Allowance(),
        jobsMax: Int = 16
    ) {
        self.jobs = jobs
        self.links = links
        self.window = window
        self.budget = budget
        self.jobsMax = max(1, jobsMax)
    }
}
