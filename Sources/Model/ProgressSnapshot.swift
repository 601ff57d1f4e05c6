/// What a run is busy with.
public enum ProgressPhase: UInt8, Sendable, Hashable, CaseIterable, Codable {
    /// Nothing yet.
    case starting = 0
    /// Listing trees.
    case scanning = 1
    /// Finding out what is missing.
    case comparing = 2
    /// Reading, cutting, sealing and moving.
    case transferring = 3
    /// Putting in place what arrived.
    case publishing = 4
    /// Checking what is there.
    case verifying = 5
    /// Writing what makes the work count: index, pages, snapshot, ref.
    case committing = 6

    /// The word that people and programs read.
    public var name: String {
        switch self {
        case .starting: "starting"
        case .scanning: "scanning"
        case .comparing: "comparing"
        case .transferring: "transferring"
        case .publishing: "publishing"
        case .verifying: "verifying"
        case .committing: "committing"
        }
    }
}

/// How far a run has come at one moment.
public struct ProgressSnapshot: Sendable, Hashable {
    /// What can be counted.
    public struct Counts: Sendable, Hashable {
        /// Files, folders, links and nodes.
        public var files: UInt64
        /// Bytes of the source, moved or found to be there.
        public var logical: UInt64
        /// Plain bytes that the destination lacked.
        public var missing: UInt64

        /// Counts.
        public init(files: UInt64, logical: UInt64, missing: UInt64) {
            self.files = files
            self.logical = logical
            self.missing = missing
        }
    }

    /// What the run is busy with.
    public var phase: ProgressPhase
    /// What is behind it.
    public var done: Counts
    /// Bytes that crossed between the two ends.
    public var wire: UInt64
    /// Files in all; nil while not known.
    public var totalFiles: UInt64?
    /// Bytes of the source in all; nil while not known.
    public var totalLogical: UInt64?
    /// Plain bytes that the destination lacks in all; nil while not known.
    public var totalMissing: UInt64?

    /// A state of a run.
    public init(
        phase: ProgressPhase, done: Counts, wire: UInt64, totalFiles: UInt64? = nil, totalLogical: UInt64? = nil,
        totalMissing: UInt64? = nil
    ) {
        self.phase = phase
        self.done = done
        self.wire = wire
        self.totalFiles = totalFiles
        self.totalLogical = totalLogical
        self.totalMissing = totalMissing
    }
}
