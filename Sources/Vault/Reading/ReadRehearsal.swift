internal import Storage

/// Reads of chunks that are made for their number alone: what they would ask of a vault's store, and how many bytes would come.
///
/// Its readers go about it as those of a run do, by the same code, and what is read ahead is kept for all of them; what they
/// give is zeros. Nothing is asked of the store itself.
public final class ReadRehearsal: Sendable {
    private let vault: Vault
    private let hollow: HollowStore
    private let store: any MeteringStore

    /// A rehearsal of reads of `vault`; nil where its packs are files on this machine, of which nothing is asked.
    public init?(_ vault: Vault) {
        guard vault.folder == nil else { return nil }
        self.vault = vault
        hollow = HollowStore(vault.index)
        let counted = MeteredStore(hollow)
        store =
            vault.store is ReadAheadStore ? ReadAheadStore(counted) { VaultLayout.isUnchanging($0) } : counted
    }

    /// A reader of chunks, for one thread.
    public func chunkReader() throws -> ChunkReader { try ChunkReader(vault, rehearsedBy: store) }

    /// How many reads would have been asked for so far, and how many bytes would have come.
    public var counts: (reads: UInt64, bytes: UInt64) { (store.meter.reads, hollow.bytes) }
}
