internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault

/// Names the pages of a snapshot and counts what the vault lacks of them, and stores none.
///
/// For one thread.
final class PageCensus: PageSink {
    private let vault: Vault
    private let compressor: Compressor
    private let census: ChunkCensus
    private var batch = ChunkCensus.Batch()
    private let output = IOBuffer(count: Compressor.bound(PageLimits.page))

    /// A census of pages that would go to `vault`; `wish` is that for chunks, as of the session that would write.
    ///
    /// - Parameter census: what they are added to.
    init(_ vault: Vault, _ wish: Compression, into census: ChunkCensus = ChunkCensus()) throws {
        self.vault = vault
        self.census = census
        compressor = try Compressor(vault.pageCompression(wish))
    }

    func store(_ page: UnsafeRawBufferPointer) throws -> ContentID {
        let id = ContentID(Blake3.hash(page, key: vault.ring.pageIDKey))
        guard !vault.index.contains(id) else { return id }
        let count = try compressor.compress(page, into: output.bytes).count
        batch.want(id, length: UInt32(page.count), wire: UInt32(count))
        try census.add(&batch)
        return id
    }

    func holds(_ id: ContentID) -> Bool { vault.index.contains(id) }

    /// The pages that are missing, and what they compress to.
    func totals() throws -> ChunkCensus.Totals { try census.totals() }
}
