/// How often, and after which waits, a run that failed is tried again.
///
/// The wait before the n-th retry is evenly spread between nothing and `base * 2^(n-1)`, but never above `longest`:
/// exponential backoff with full jitter. It is drawn from the run's ID, so a restart of the daemon changes nothing.
public struct RetryRule: Hashable, Sendable {
    /// How often it is tried in all.
    public let attempts: Int
    /// The longest first wait, in seconds.
    public let base: Int64
    /// The longest wait of all, in seconds.
    public let longest: Int64

    /// The most attempts.
    public static let attemptsMax = 100
    /// The longest wait, in seconds.
    public static let longestMax: Int64 = 7 * 86_400
    /// Three attempts, a minute apart at first, an hour at most.
    public static let usual = RetryRule(attempts: 3, base: 60, longest: 3600)

    /// A rule; figures are brought within their limits.
    public init(attempts: Int, base: Int64, longest: Int64) {
        self.attempts = min(max(attempts, 1), Self.attemptsMax)
        self.longest = min(max(longest, 0), Self.longestMax)
        self.base = min(max(base, 0), self.longest)
    }

    /// The seconds to wait after so many failures, from 1 on.
    func wait(afterFailures failures: Int, of run: RunID, salt: UInt64) -> Int64 {
        let doublings = min(max(failures - 1, 0), 32)
        let (product, overflow) = base.multipliedReportingOverflow(by: 1 << Int64(doublings))
        let most = overflow ? longest : min(product, longest)
        return run.number(upTo: most, purpose: UInt64(failures), salt: salt)
    }
}
