/// Which runs are wanted, newest first.
public struct RunQuery: Hashable, Sendable {
    /// Of this schedule alone.
    public var schedule: String?
    /// Of this dataset alone.
    public var dataset: String?
    /// In one of these states; empty for all.
    public var states: Set<RunState> = []
    /// Only those whose number is less: ``RunPage/next`` of the page before.
    public var before: Int64?
    /// How many at most, from 1 to ``CatalogLimits/pageMax``.
    public var limit = 50

    /// The newest runs.
    public init(
        schedule: String? = nil, dataset: String? = nil, states: Set<RunState> = [], before: Int64? = nil,
        limit: Int = 50
    ) {
        self.schedule = schedule
        self.dataset = dataset
        self.states = states
        self.before = before
        self.limit = limit
    }
}

/// A page of runs, newest first.
public struct RunPage: Hashable, Sendable {
    /// The runs, without their reports.
    public var rows: [RunRow]
    /// Where the next page begins; nil where this is the last.
    public var next: Int64?
}
