/// What time it is, and how to let it pass.
public protocol JobClock: Sendable {
    /// Seconds since 1970.
    func now() -> Double
    /// Returns after so many seconds, or sooner where the program is to stop.
    ///
    /// - Throws: `interrupted` where it is to stop.
    func sleep(_ seconds: Double) throws
}
