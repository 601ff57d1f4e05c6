/// What the catalog holds at most.
public enum CatalogLimits {
    /// Rows of a page.
    public static let pageMax = 1000
    /// Bytes of a report; what is longer is not kept.
    public static let reportMax = 4 << 20
    /// Lines of the log of a run; what comes later is not kept.
    public static let linesMax = 500
    /// Bytes of a line; what is longer is cut.
    public static let lineMax = 1000
    /// How long answers to requests with keys are kept, in seconds.
    public static let answerSeconds: Int64 = 86_400
    /// Samples of a link.
    public static let samplesMax = 10_000
    /// How long a writer waits for another one, in seconds.
    public static let busySeconds = 10.0

    /// `limit`, within what a page may have.
    static func page(_ limit: Int) -> Int { min(max(limit, 1), pageMax) }
}
