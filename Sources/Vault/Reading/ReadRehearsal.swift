public import Content
internal import Storage

/// Reads of records that are made for their number alone: what they would ask of a vault's store, and how many bytes would come.
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

    /// What moves records of `kind` out of the vault, for one thread: gives what reads the records of as many IDs as it gets at
    /// once, as a ``RecordMover`` does.
    public func mover(_ kind: RecordKind) throws -> ([ContentID]) throws -> Void {
        let records = try RecordReader(vault, rehearsedBy: store)
        return { try RecordRuns.read($0, kind, by: records) { _, _ in } }
    }

    /// How many reads would have been asked for so far, and how many bytes would have come.
    public var counts: (reads: UInt64, bytes: UInt64) { (store.meter.reads, hollow.bytes) }
}
