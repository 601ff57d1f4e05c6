internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Synchronization
internal import Vault
internal import Workers

/// A tree at another site, read as one of this host is: for a snapshot in a vault whose keys stay here.
///
/// The other site has an ``ExchangeSource``: it lists its tree, and reads and sends what is asked for. Files are asked for
/// as soon as it is planned to read them, many at a time, so that no reader waits for a round trip. A large file is told
/// chunk by chunk, and only those that the file's last version in the vault lacks are asked for.
final class DistantTree: ReadableTree {
    private let vault: Vault
    private let listing: any MessageChannel
    private let files: DistantFiles
    private let found = Mutex<[ScanFailure]>([])
    /// What has come of the listing before anybody read it.
    private let first = Mutex<[[UInt8]]>([])

    /// Begins to read the tree at the other ends of `listing` and `files`, for a snapshot in `vault`.
    init(
        _ listing: any MessageChannel, _ files: any MessageChannel, vault: Vault, scan: ScanOptions,
        compression: Compression, context: RunContext
    ) throws {
        let begin = Self.begin(for: vault, scan: scan, compression: compression)
        self.vault = vault
        self.listing = listing
        self.files = try DistantFiles(files, begin, context: context)
        try listing.send(begin.encoded())
    }

    /// Whether earlier versions of files are read from `vault`: where it is near, and its files are cut as the other site cuts.
    static func isRead(_ vault: Vault, _ begin: ListingBegin) -> Bool {
        begin.chunker == vault.descriptor.chunker && vault.folder != nil
    }

    /// What the other site is asked: to list all, and to cut as `vault` does.
    static func begin(for vault: Vault, scan: ScanOptions, compression: Compression) -> ListingBegin {
        var generator = SystemRandomNumberGenerator()
        let usual = vault.descriptor.chunker
        // Chunks that do not fit a message are cut otherwise on the way, and again here.
        return ListingBegin(
            way: .whole, scan: scan, key: HashKey(using: &generator),
            chunker: usual.maximum <= FileServer.chunkMax ? usual : .standard, compression: compression)
    }

    /// The highest level of zstd for what crosses: higher ones take much memory in each thread of the other host.
    private static let levelMax = 6

    /// How what crosses is compressed for a vault whose chunks are as `wish` says: so too, but as hard as there is time for where
    /// that was left open or nothing is to be compressed, which is said of what stays.
    static func crossing(_ wish: Compression) -> Compression {
        switch wish {
        case .auto, .stored: .auto
        case .lz4: .lz4
        case .zstd(let level): .zstd(level: min(level, levelMax))
        }
    }

    /// The snapshot that is made follows on `snapshot`: of a new file that is one of a series only what another of it lacks
    /// is asked for.
    func compare(with snapshot: Snapshot?) throws { if let snapshot { try files.compare(with: snapshot, of: vault) } }

    var failures: [ScanFailure] { found.withLock { $0 } }
    var failureCount: Int { found.withLock { $0.count } }

    /// Waits until the other site begins to list: it is reached then.
    func awaitListing() throws {
        guard let message = try listing.receive() else { throw ExchangeFault.ended }
        first.withLock { $0.append(message) }
    }

    func feed() throws -> any EntryFeed {
        let begun = first.withLock { first in
            defer { first = [] }
            return BegunChannel(first, listing)
        }
        return try ListingFeed(begun) { [self] failure in found.withLock { $0.append(failure) } }
    }

    func scan(_ path: TreePath) throws -> ScannedEntry { try files.look(at: path) }

    /// The other site has completed what is no file, and of a file the attributes come with its data.
    func complete(_ scanned: ScannedEntry) throws -> Attributes { scanned.attributes }

    func file(of scanned: ScannedEntry) throws -> any ReadableFile { try files.file(of: scanned) }

    func isGone(_ path: TreePath) -> Bool { false }

    func expect(_ items: [ArchiveItem]) throws { try files.expect(items) }

    func check() throws { try files.check() }

    func fail(_ error: any Error) {
        files.fail(error)
        listing.fail(error)
    }

    /// Says that no more will be asked for.
    func finish() throws {
        try listing.finish()
        try files.finish()
    }
}
