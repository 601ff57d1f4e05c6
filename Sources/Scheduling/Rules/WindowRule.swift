/// The hours in which the runs of a schedule may work, and what becomes of those that are not done as they end.
///
/// The window's close is the *soft* cutoff: no run starts after it. ``stopsAfter`` sets the *hard* cutoff: what still works
/// so long after the close is told to stop where it can be gone on with.
public struct WindowRule: Hashable, Sendable {
    /// The hours.
    public let window: NightWindow
    /// The seconds after its close at which working runs are stopped; nil lets them end by themselves.
    public let stopsAfter: Int64?
    /// Whether work that is not done is carried over into the next window; else the run ends as skipped or stopped.
    public let carriesOver: Bool

    /// The longest time after the close, in seconds.
    public static let stopsAfterMax: Int64 = 86_400

    /// A rule.
    public init(_ window: NightWindow, stopsAfter: Int64? = nil, carriesOver: Bool = true) {
        self.window = window
        self.stopsAfter = stopsAfter.map { min(max($0, 0), Self.stopsAfterMax) }
        self.carriesOver = carriesOver
    }
}
