/// Whoever does the work of runs.
public protocol Workshop: Sendable {
    /// Does the work of an attempt, and returns when nobody works on it any more.
    ///
    /// Blocks. Work that an earlier attempt at the same run has done to its end is not done again: its result is given.
    ///
    /// - Parameters:
    ///   - stop: asked often; the work stops where it can be gone on with once it says so.
    ///   - onProgress: told how far the work is.
    ///   - onLine: told what the work says to people.
    func perform(
        _ order: WorkOrder, stop: StopRequest, onProgress: @Sendable (RunProgress) -> Void,
        onLine: @Sendable (String) -> Void
    ) -> WorkResult

    /// Lets an attempt use so many bytes in a second; nil for as many as it can.
    func limit(_ order: WorkOrder, to bytesPerSecond: Double?)

    /// Forgets what was kept of the attempts at a run that has ended.
    func forget(_ order: WorkOrder)
}
