/// How much of a vault one key epoch has sealed.
public struct EpochUse: Hashable, Sendable {
    /// The epoch.
    public let epoch: UInt32
    /// Whether new records are sealed under it.
    public let isCurrent: Bool
    /// Whether the keyring has its key; where it has not, these records cannot be read.
    public let hasKey: Bool
    /// Records of chunks and pages.
    public internal(set) var records: UInt64 = 0
    /// Their bytes, headers included.
    public internal(set) var bytes: UInt64 = 0
    /// Packs that hold some.
    public internal(set) var packs: UInt64 = 0
}
