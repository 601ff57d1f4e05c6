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

    /// What putting so many blobs takes beside their bytes, beginning and ending included.
    ///
    /// Snapshots of 5 kB to 60 MB that put five to seven blobs were seen to take some 160 bytes for each and 160 more, and frames
    /// a byte in 32,768.
    static func put(blobs: UInt64, bytes: UInt64) -> UInt64 { 160 + blobs * 160 + bytes / 32_768 }

    /// What merges of so many segments each take where the host makes the merged one itself: seen to be 767 bytes for five.
    static func merged(segments: [Int]) -> UInt64 { segments.reduce(0) { $0 + 128 * (1 + UInt64($1)) } }

    /// What answers take beside their bytes.
    static func answered(reads: UInt64, bytes: UInt64) -> UInt64 { reads * 64 + bytes / 4096 }
}
