internal import Model
internal import Wire
internal import Workers

/// Goes on with a run where the connection to another host was lost: what has come is kept.
struct Resuming {
    /// How often a lost connection is made again without anything having come through it.
    private static let attemptsMax = 5
    /// The longest pause before that.
    private static let pauseMax = Duration.seconds(30)

    private let host: String
    private let context: Context

    /// Runs with `host`.
    init(_ host: String, _ context: Context) {
        self.host = host
        self.context = context
    }

    /// Runs `body`, again after a pause where the connection was lost.
    ///
    /// The pauses double, and are drawn by chance from the upper half, so that many runs do not come back at once.
    func run<Result>(_ body: () throws -> Result) throws -> Result {
        var failures = 0
        while true {
            let before = context.sites.traffic
            do {
                return try body()
            } catch let error as PerigeeError where error.canRetry && error.code == .io {
                try context.stop.check()
                let moved = context.sites.traffic.received - before.received + context.sites.traffic.sent - before.sent
                failures = moved > 1 << 20 ? 1 : failures + 1
                guard failures < Self.attemptsMax, before.received > 0 || moved > 0 else { throw error }
                Diagnostics.note(host, "\(error.message); going on in a moment")
                let pause = min(Self.pauseMax, .seconds(1 << (failures - 1)))
                StoppableClock(context.stop).sleep(pause * Double.random(in: 0.5...1))
                try context.stop.check()
            }
        }
    }
}
