/// What becomes of runs that were due while nobody was there to start them.
public enum CatchUp: String, Sendable, Codable, CaseIterable {
    /// They are missed.
    case none
    /// The newest of them is run, unless another one is due on time.
    case once
    /// All of them are run, the oldest first.
    case all
}

/// What becomes of a run that is due while an earlier one of the same schedule is not done.
public enum Overlap: String, Sendable, Codable, CaseIterable {
    /// It is skipped.
    case skip
    /// It waits for its turn.
    case queue
    /// It takes the place of the earlier one, which is stopped.
    case replace
}
