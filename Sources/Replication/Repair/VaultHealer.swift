internal import Content
internal import Hashing
internal import Model
internal import Storage
public import Vault
internal import Workers

/// Heals a vault from trees and other vaults.
public struct VaultHealer: Sendable {
    /// Where chunks may still be.
    public enum Source: Sendable {
        /// A folder that has files of the snapshots, under whatever names.
        case tree(path: String)
        /// A tree at another site; the closure has its argument read it, by the two channels at whose other ends an
        /// ``ExchangeSource`` of it is.
        case distant(reading: @Sendable ((any MessageChannel, any MessageChannel) throws -> Void) throws -> Void)
        /// Another vault.
        case vault(Vault)
    }

    private let vault: Vault
    private let sources: [Source]
    private let context: RunContext

    /// A healer of `vault`.
    public init(_ vault: Vault, from sources: [Source], context: RunContext) {
        self.vault = vault
        self.sources = sources
        self.context = context
    }

    /// Heals what `report`, of a verification with all data, says is damaged, as far as any source has it.
    ///
    /// Vaults of the same dedup domain give single records. Trees and other vaults are read whole, cut as this vault
    /// cuts, and named anew, until all is found.
    public func run(_ report: VerifyReport) throws -> Healing.Report {
        let healing = try vault.beginHealing(report)
        let others: [Vault] = sources.compactMap { if case .vault(let other) = $0 { other } else { nil } }
        context.progress.enter(.transferring)
        try healing.search(in: others, stop: context.stop)
        for source in sources where healing.wantedCount > 0 {
            try context.stop.check()
            switch source {
            case .tree(let path): try offer(SourceTree(root: path, options: ScanOptions()), to: healing)
            case .distant(let reading): try reading { try offer($0, $1, to: healing) }
            case .vault(let other): if !other.sharesDomain(with: vault) { try offer(other, to: healing) }
            }
        }
        return try healing.finish(stop: context.stop)
    }

    /// Reads all files of a tree at another site.
    private func offer(
        _ listing: any MessageChannel, _ files: any MessageChannel, to healing: Healing
    ) throws {
        let tree = try DistantTree(
            listing, files, vault: vault, scan: ScanOptions(), compression: .auto, context: context)
        do {
            try offer(tree, to: healing)
            try tree.finish()
        } catch {
            tree.fail(error)
            throw error
        }
    }

    /// Reads all files of a tree.
    private func offer(_ tree: any ReadableTree, to healing: Healing) throws {
        let tally = Tally()
        let pipeline = ArchivePipeline(
            tree: tree, workers: context.threads, stop: context.stop, tally: tally, progress: context.progress,
            now: context.now)
        let planner = try ArchivePlanner(
            tree: tree, record: nil, leaves: nil, pages: try vault.pages(), tally: tally)
        let looks = FileLooks(tally: tally, progress: context.progress) { _ in }
        try pipeline.run(
            planner: planner, chunker: Chunker(vault.descriptor.chunker), board: ArchiveBoard(), assembler: looks
        ) { OfferingSink(try healing.writer()) }
    }

    /// Reads all files of all snapshots of a vault of another domain.
    private func offer(_ other: Vault, to healing: Healing) throws {
        let sink = OfferingSink(try healing.writer())
        let tally = Tally()
        // 32 bytes for each different file of the other vault.
        var seen: Set<Digest> = []
        for dataset in try other.datasets() {
            var history = try other.history(dataset)
            while let snapshot = try history.next(), healing.wantedCount > 0 {
                let step = VaultStep(
                    source: other, snapshot: snapshot, before: nil, destination: vault, dataset: dataset,
                    compression: .auto, context: context, tally: tally)
                let converter = try FileConverter(step, sink)
                var cursor = EntryCursor(snapshot.tree, source: try other.pages())
                while let entry = try cursor.next(), healing.wantedCount > 0 {
                    try context.stop.check()
                    guard let name = entry.content.digest, seen.insert(name).inserted else { continue }
                    try converter.convert(entry) { _ in }
                }
            }
        }
        try sink.finish()
    }
}

extension FileContent {
    /// A name for the list of chunks; nil where there are none.
    fileprivate var digest: Digest? {
        switch self {
        case .none: return nil
        case .paged(let root, _): return root.digest
        case .inline(let chunks):
            var hasher = Blake3Hasher()
            for chunk in chunks { chunk.id.digest.withUnsafeBytes { hasher.update($0) } }
            return hasher.finalize()
        }
    }
}
