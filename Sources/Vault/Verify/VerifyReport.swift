internal import Hashing

/// What a verification looked at, and what it found.
public struct VerifyReport: Sendable {
    /// The most damages that are kept; all are counted.
    public static let damagesMax = 1000

    /// What is not as it was written, at most ``damagesMax``.
    public internal(set) var damages: [Damage] = []
    /// How many damages there are.
    public internal(set) var damageCount: UInt64 = 0
    /// Packs that were looked at.
    public internal(set) var packs: UInt64 = 0
    /// Packs that no index segment lists: work of killed or running sessions.
    public internal(set) var unlistedPacks: UInt64 = 0
    /// Records that directories list.
    public internal(set) var records: UInt64 = 0
    /// Records that were opened and hashed again.
    public internal(set) var recordsOpened: UInt64 = 0
    /// Bytes of packs that were read.
    public internal(set) var bytesRead: UInt64 = 0
    /// Index segments that were looked at.
    public internal(set) var segments: UInt64 = 0
    /// Snapshots that were looked at.
    public internal(set) var snapshots: UInt64 = 0
    /// Entries of snapshots that were looked at; subtrees that several share count once.
    public internal(set) var entries: UInt64 = 0
    /// Datasets that were looked at.
    public internal(set) var datasets: UInt64 = 0

    /// Packs that are missing, or of which anything is damaged; at most ``hurtPacksMax``.
    var hurtPacks: Set<Digest> = []

    /// The most damaged packs that are kept by name.
    static let hurtPacksMax = 1 << 16

    /// Whether all is as it was written.
    public var isSound: Bool { damageCount == 0 }

    /// Whether an index made anew from the packs may help: a segment is damaged, or something is not listed.
    public var mayBeIndex: Bool { damages.contains { [.index, .page, .chunk].contains($0.part) } }
}
