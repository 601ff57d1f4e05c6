internal import Model
internal import Vault

/// What has crossed between this host and that of a vault, in bytes, with all overhead.
public struct HostTraffic: Sendable {
    /// Towards the vault.
    public var sent: UInt64
    /// From there.
    public var received: UInt64

    /// Whether that host writes ends of packs and the index itself, so that they do not cross.
    public var makesIndex: Bool

    /// How many bytes the vault's name has there, which each channel to it begins with.
    public var nameBytes: UInt64

    /// What has crossed.
    public init(sent: UInt64, received: UInt64, makesIndex: Bool, nameBytes: UInt64) {
        (self.sent, self.received, self.makesIndex, self.nameBytes) = (sent, received, makesIndex, nameBytes)
    }

    /// What a run would receive too: a copy of the index that was made meanwhile is there then.
    func received(but index: VaultIndex) -> UInt64 { received - min(received, index.copiedBytes) }

    /// What asking for so many parts of blobs takes, keys and frames included.
    static func asked(reads: UInt64) -> UInt64 { reads * 128 }

    /// What answers take beside their bytes.
    static func answered(reads: UInt64, bytes: UInt64) -> UInt64 { reads * 64 + bytes / 4096 }

    /// Has `found` say what would cross between the hosts when `growth` comes to the vault of `index`: what has crossed so far
    /// crosses in a run as well, copies of the index aside.
    func account(_ found: inout EstimateFindings, _ growth: VaultGrowth, in index: VaultIndex) {
        let puts = found.requests.put.p50 - growth.mergePuts
        let unsent = makesIndex ? growth.unsent(stored: found.wire.p50) : 0
        found.wireBack = received(but: index) + Self.answered(growth, puts: puts, bytes: found.wire.p50)
        found.wire = found.wire.map { $0 - min($0, unsent) + sent + put(growth, puts: puts, bytes: $0) }
    }

    // Seen in snapshots of nothing, of 100 bytes to 60 MB, and with merges, through ssh.

    /// What `puts` blobs of `growth`, and its merges, take beside their bytes; beginning and ending are included.
    func put(_ growth: VaultGrowth, puts: UInt64, bytes: UInt64) -> UInt64 {
        let session: UInt64 = growth.packs > 0 ? 166 : 131
        // Packs of chunks beside the first.
        let further: UInt64 = growth.packs > 2 ? 78 : 0
        let empty: UInt64 = growth.isEmpty ? 98 + 2 * nameBytes : 0
        return session + further + empty + puts * 160 + bytes / 32_768 + Self.merged(growth.merges)
    }

    /// What merges take where the host makes the merged one itself.
    private static func merged(_ merges: [IndexMerge]) -> UInt64 {
        merges.reduce(0) { $0 + 128 * (1 + UInt64($1.segments)) }
    }

    /// What comes back for that.
    static func answered(_ growth: VaultGrowth, puts: UInt64, bytes: UInt64) -> UInt64 {
        let session: UInt64 = growth.packs > 0 ? 12 : 0
        let further: UInt64 = growth.packs > 2 ? 47 : 0
        let merged = growth.merges.reduce(0) { $0 + UInt64($1.segments) * 40 - 26 }
        let empty: UInt64 = growth.isEmpty ? 110 : 0
        return session + empty + puts * 101 - further + growth.gets * 10 + merged + bytes / 131_072
    }
}
