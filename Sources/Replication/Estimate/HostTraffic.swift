internal import Vault

/// What has crossed between this host and that of a vault, in bytes, with all overhead.
public struct HostTraffic: Sendable {
    /// Towards the vault.
    public var sent: UInt64
    /// From there.
    public var received: UInt64

    /// Whether that host writes ends of packs and the index itself, so that they do not cross.
    public var makesIndex: Bool

    /// What has crossed.
    public init(sent: UInt64, received: UInt64, makesIndex: Bool) {
        (self.sent, self.received, self.makesIndex) = (sent, received, makesIndex)
    }

    /// What a run would receive too: a copy of the index that was made meanwhile is there then.
    func received(but index: VaultIndex) -> UInt64 { received - min(received, index.copiedBytes) }

    /// What asking for so many parts of blobs takes, keys and frames included.
    static func asked(reads: UInt64) -> UInt64 { reads * 128 }

    /// What putting so many blobs takes beside their bytes.
    static func put(blobs: UInt64, bytes: UInt64) -> UInt64 { blobs * 160 + bytes / 4096 }

    /// What answers take beside their bytes.
    static func answered(reads: UInt64, bytes: UInt64) -> UInt64 { reads * 64 + bytes / 4096 }
}
