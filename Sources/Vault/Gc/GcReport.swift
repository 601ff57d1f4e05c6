public import Model

/// What a gc found and did.
public struct GcReport: Sendable {
    /// Packs, and their bytes.
    public struct Packs: Hashable, Sendable {
        /// How many.
        public internal(set) var count: UInt64 = 0
        /// How large together.
        public internal(set) var bytes: UInt64 = 0

        mutating func add(_ size: UInt64) {
            count += 1
            bytes += size
        }
    }

    /// Snapshots that were walked.
    public internal(set) var snapshots: UInt64 = 0
    /// Chunks and pages that they need.
    public internal(set) var liveRecords: UInt64 = 0
    /// The bytes of these records.
    public internal(set) var liveBytes: UInt64 = 0
    /// All packs that were there at the beginning.
    public internal(set) var packs = Packs()
    /// Packs of which no snapshot needs anything and that are too young to be condemned.
    public internal(set) var young = Packs()
    /// Packs that this run has condemned; those that were rewritten among them.
    public internal(set) var condemned = Packs()
    /// Packs that were condemned before and wait for the grace to pass.
    public internal(set) var waiting = Packs()
    /// Packs that this run has deleted.
    public internal(set) var deleted = Packs()
    /// Packs whose records that are needed were moved to others.
    public internal(set) var compacted = Packs()
    /// Bytes of records that were moved.
    public internal(set) var movedBytes: UInt64 = 0
    /// Snapshots' blobs that this run has deleted: of forgotten snapshots and of runs that did not finish.
    public internal(set) var deletedSnapshots: UInt64 = 0
    /// When what is condemned may be deleted; nil where nothing is.
    public internal(set) var due: Timestamp?
    /// The epoch of garbage collection at the end.
    public internal(set) var epoch: UInt64 = 0
}
