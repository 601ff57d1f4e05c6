public import Content
internal import Hashing
internal import Model
public import Storage
internal import Synchronization

/// A content-addressed store of sealed chunks with the history of datasets, opened with its keys.
///
/// ```swift
/// let vault = try Vault.open(at: DirectoryStore(path: "/srv/vault"), secret: .passphrase(bytes), cache: nil)
/// let snapshot = try vault.latest("photos")
/// ```
///
/// Any thread may use it. There is no lock on the store: any number of processes read and write at once.
public final class Vault: Sendable {
    /// Where its blobs are.
    public let store: any BlobStore
    /// What it is and how it cuts.
    public let descriptor: VaultDescriptor
    /// The keys that name and seal its content.
    public let ring: KeyRing
    /// Where its chunks and pages lie.
    public let index: VaultIndex
    /// Time and random bytes.
    let environment: VaultEnvironment
    let keys: MasterKeys
    let refs: RefStore
    let snapshots: SnapshotStore
    let gaps: GapStore
    let gc: GcStore
    /// What was asked for when it was opened, if it was opened for something.
    let look: VaultLook?
    /// The packs of pages that this machine has written, where the store is on another one.
    let copies: PageCopies?
    /// Where the store's meter stood before the vault was opened, until somebody accounts for that.
    private let opening: Mutex<StoreMeter?>

    init(
        _ store: any BlobStore, _ descriptor: VaultDescriptor, _ master: HashKey, _ ring: KeyRing, cache: String?,
        for prospect: VaultProspect? = nil, accountingFrom opening: StoreMeter? = nil, environment: VaultEnvironment
    ) throws {
        let keys = MasterKeys(master)
        self.store = store
        self.descriptor = descriptor
        self.ring = ring
        self.keys = keys
        self.environment = environment
        self.opening = Mutex(opening)
        refs = RefStore(store: store, keys: keys, vault: descriptor, environment: environment)
        snapshots = SnapshotStore(
            store: store, ring: ring, keys: keys, cipher: descriptor.cipher, environment: environment)
        gaps = GapStore(store: store, keys: keys, vault: descriptor, environment: environment)
        gc = GcStore(store: store, keys: keys, vault: descriptor, environment: environment)
        let reading = VaultLook.Reading(snapshots: snapshots, gaps: gaps)
        let (refs, gc) = (refs, gc)
        look = try prospect.map { try VaultLook($0, store, refs, gc, reading) }
        copies = cache.map { PageCopies(folder: $0) }
        index = try VaultIndex(store: store, cache: cache, listed: look?.segments)
    }

    /// The folder of this host that it lies in; nil where it lies elsewhere.
    public var folder: String? {
        store.localPath(of: VaultLayout.descriptor).map {
            String($0.dropLast(VaultLayout.descriptor.text.utf8.count + 1))
        }
    }

    /// What its store was asked so far; nothing for one that does not count.
    public var meter: StoreMeter { (store as? any MeteringStore)?.meter ?? StoreMeter() }

    /// Where an account of what is asked of the store begins: now, but for the first one, which counts what opening the
    /// vault has asked, where that was wished; nil where nobody counts.
    public func beginAccount() -> StoreMeter? {
        guard store is any MeteringStore else { return nil }
        return opening.withLock { opening in
            defer { opening = nil }
            return opening ?? meter
        }
    }

    /// Learns what others have written since the index was listed; nothing is asked where that was just done, for a
    /// ``VaultProspect``.
    public func refreshIndex() throws {
        if look == nil || !index.isListingCurrent { try index.refresh() }
    }

    /// How pages are compressed where chunks are as `compression` says: stored only where the user asked for that, and harder
    /// where they cross a link, since they are few beside what they list, and most of them is IDs.
    public func pageCompression(_ compression: Compression) -> Compression {
        compression == .stored ? .stored : .zstd(level: folder == nil ? 6 : 1)
    }

    /// Begins a run of writing; takes over the chunks of packs that killed runs left behind.
    ///
    /// Where the vault was opened to write, the first session began then.
    ///
    /// - Parameter gauge: told of all bytes that go to the store, before they do, from the threads that write them; it
    ///   may count them, or hold the thread to a rate.
    public func beginWriting(
        _ compression: Compression = .auto, gauge: (@Sendable (_ bytes: Int) -> Void)? = nil
    ) throws -> VaultSession {
        try VaultSession(self, compression, gauge)
    }

    /// A reader of pages, for one thread.
    ///
    /// - Parameter copies: whether copies of this machine will do, for what it has written itself: not for who wants to know
    ///   what there is.
    public func pages(copies: Bool = false) throws -> PageReader { try PageReader(self, copies: copies) }

    /// A reader of chunks, for one thread.
    public func chunkReader() throws -> ChunkReader { try ChunkReader(self) }
}
