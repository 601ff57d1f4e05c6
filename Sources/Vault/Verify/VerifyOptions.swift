public import Workers

/// How closely a vault is looked at.
public enum VerifyLevel: Hashable, Sendable {
    /// Everything but the chunks' bytes: descriptor, keys, refs, snapshots, all pages, index against packs'
    /// directories, and that each chunk that a snapshot names is there.
    case structure
    /// That, and this share (0 ... 1) of all records opened and hashed again, others each time.
    case sample(share: Double)
    /// That, and every byte of every pack: its name's digest, and all records opened and hashed again.
    case data
}

/// How a vault is verified.
public struct VerifyOptions: Sendable {
    /// How closely.
    public var level: VerifyLevel
    /// How many threads read packs.
    public var threads: Int
    /// Asks the run to stop.
    public var stop: StopFlag?
    /// Told of bytes of packs that were read, from the threads that read them; it may hold them to a rate.
    public var gauge: (@Sendable (_ bytes: Int) -> Void)?
    /// Told now and then, from any thread, how far the run is.
    public var onProgress: (@Sendable (VerifyProgress) -> Void)?

    /// Options; what is not given is the standard: structure, a thread for each processor.
    public init(
        level: VerifyLevel = .structure, threads: Int = Crew.processors, stop: StopFlag? = nil,
        gauge: (@Sendable (Int) -> Void)? = nil,
        onProgress: (@Sendable (VerifyProgress) -> Void)? = nil
    ) {
        self.level = level
        self.threads = max(1, threads)
        self.stop = stop
        self.gauge = gauge
        self.onProgress = onProgress
    }
}

/// How far a verification is.
public struct VerifyProgress: Hashable, Sendable {
    /// Packs that are done.
    public var packs: UInt64 = 0
    /// Packs that the index lists.
    public var packsExpected: UInt64 = 0
    /// Bytes of packs that were read.
    public var bytesRead: UInt64 = 0
    /// Bytes of packs that the index lists.
    public var bytesExpected: UInt64 = 0
    /// Entries of snapshots that were looked at.
    public var entries: UInt64 = 0
    /// Damages found so far.
    public var damages: UInt64 = 0

    /// Nothing done.
    public init() {}
}
