/// What one request, one caller and all of them together may take.
public enum WebLimits {
    /// Bytes of the body of a request.
    public static let bodyMax = 1 << 20
    /// Bytes of path and query.
    public static let targetMax = 4 << 10
    /// Bytes of one header, of all headers, and how many there may be.
    public static let headerMax = (one: 8 << 10, all: 32 << 10, count: 64)
    /// Seconds from the head of a request to the end of its answer.
    public static let requestSeconds: Int64 = 60
    /// Seconds for which a connection may be idle.
    public static let idleSeconds: Int64 = 30
    /// Connections at once.
    public static let connectionsMax = 2048
    /// Event streams at once.
    public static let streamsMax = 1024
    /// Events that wait for one client; what comes when so many wait is left away, and the client is told.
    public static let streamQueueMax = 256
    /// Seconds between signs of life on an event stream; the caller's rights are looked at anew then.
    public static let heartbeatSeconds: Int64 = 15
    /// Logins at once; the oldest ends where there would be more.
    public static let sessionsMax = 1024
    /// Seconds for which a login lasts.
    public static let sessionSeconds: Int64 = 12 * 3600
    /// Seconds after which it is noted again that a token was used.
    public static let touchSeconds: Int64 = 60
    /// Pages of runs that are kept.
    public static let pagesMax = 256
    /// Bytes of all pages of runs that are kept.
    public static let pagesBytesMax = 8 << 20
    /// Bytes of an idempotency key.
    public static let keyMax = 255
    /// Requests without valid credentials that one address may make at once, and a second.
    public static let strangerBurst = (burst: 20.0, perSecond: 1.0)
    /// Requests a second that a caller may make, where the configuration says nothing, and how many at once.
    public static let callerBurst = (burst: 10_000.0, perSecond: 5000.0)
    /// Callers whose rates are remembered at once.
    public static let callersMax = 4096
    /// Refused requests that are noted one by one in a second; the others are counted.
    public static let refusalsPerSecond = 10
    /// Estimates and decisions that are made at once.
    public static let heavyMax = 2
    /// Threads that answer.
    public static let threads = 4
}
