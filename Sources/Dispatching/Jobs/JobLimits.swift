/// Named limits of jobs.
public enum JobLimits {
    /// Work ends after so many seconds where it states no limit of its own: seven days.
    public static let timeoutUsual = 604_800.0
    /// What work still does when its time is over is waited for so many seconds, then it is ended by the coordinator.
    public static let timeoutGrace = 60.0
    /// Work that was asked to end is ended by force after so many seconds.
    public static let cancelGrace = 10.0
    /// What is asked to end and says nothing is given up after so many seconds.
    public static let cancelMax = 300.0
    /// So many bytes of output are kept where nothing is stated: the first and the last half of them.
    public static let logUsual: UInt64 = 1 << 20
    /// More than so many bytes of output are never kept.
    public static let logMax: UInt64 = 64 << 20
    /// A step that failed for a passing reason is tried so many times.
    public static let attemptsMax = 8
    /// The first pause before another attempt, in seconds; each one is twice as long as the one before.
    public static let pauseFirst = 1.0
    /// The longest pause between attempts, in seconds.
    public static let pauseMax = 60.0
    /// An end without a result must be seen again after so many seconds, where others may only not see it yet.
    public static let lostGrace = 30.0
    /// Jobs are looked at again after so many seconds at first.
    public static let lookFirst = 0.1
    /// Jobs are looked at again after so many seconds at last.
    public static let lookMax = 10.0
    /// A question to a host is answered within so many seconds, or taken for lost.
    public static let answerWait = 60.0
    /// An answer of a host has at most so many bytes; the output of a job may have more.
    public static let answerMax = 8 << 20
    /// The last instant that is believed of what a job's folder tells, in seconds since 1970.
    public static let instantMax = 1e11
    /// A batch holds at most so many jobs.
    public static let batchMax = 20_000
    /// A file that describes a job has at most so many bytes.
    public static let recordMax = 4 << 20
}
