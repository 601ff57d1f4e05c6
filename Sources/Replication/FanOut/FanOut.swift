internal import Content
internal import Files
internal import Model
public import Storage
public import Vault

/// Hands the packs that are made for one vault to others of its dedup domain too, as they are made.
///
/// So a source is read and sealed once, whatever the number of destinations. A pack that another vault has got is one that
/// no segment of its index lists yet: the next session of that vault takes it over, as it does with those of killed runs,
/// and a sync from the first vault finds only the rest to bring. So nothing depends on this: a destination that is slow
/// misses packs and one that fails misses all, and both get them by that sync, from the first vault and not from the
/// source.
public final class FanOut: Sendable {
    /// The destinations besides the first, in the order in which they were given.
    public let lanes: [FanOutLane]

    /// Destinations that get what is made for the vault whose store is ``store(_:)``.
    ///
    /// - Parameter others: their vaults, and what lets so many bytes pass to each in a second; nil for as many as can.
    public init(to others: [(vault: Vault, limit: TokenBucket?)]) {
        lanes = others.map { FanOutLane($0.vault, limit: $0.limit) }
    }

    /// `store` of the first vault, whose packs go to the others too.
    public func store(_ store: any MeteringStore) -> any MeteringStore { FanOutStore(store, self) }

    /// The first vault, when it is open: packs go to those that can open what it seals, and cut as it does.
    public func begin(_ first: Vault) {
        for lane in lanes { lane.begin(first) }
    }

    /// Waits until all have what they are to get.
    public func finish() {
        for lane in lanes { lane.finish() }
    }

    /// A pack was made, of so many bytes that are kept in `file`; nil where they could not be kept.
    func take(_ key: BlobKey, _ file: TemporaryFile?, _ size: UInt64) {
        guard VaultLayout.isPack(key) else { return }
        guard let file else { return lanes.forEach { $0.offer(nil) } }
        guard let entries = try? PackDirectory.read(size: size, read: { try file.read(into: $1, at: $0) }) else {
            return
        }
        // Pages come with the sync that follows: a page is listed only when all that it names is.
        guard entries.allSatisfy({ $0.kind == .chunk }) else { return }
        let pack = FanOutPack(key: key, file: file, size: size, entries: entries)
        for lane in lanes { lane.offer(pack) }
    }
}

/// A pack on its way to several vaults, kept in a file that is gone with the last of them.
struct FanOutPack: Sendable {
    let key: BlobKey
    let file: TemporaryFile
    let size: UInt64
    let entries: [PackEntry]

    /// So many bytes are copied at once.
    private static let partSize: UInt64 = 256 << 10

    /// Puts the pack into `store`.
    func put(into store: any BlobStore) throws {
        let staging = try store.stage()
        let buffer = IOBuffer(count: Int(Self.partSize))
        for offset in stride(from: 0, to: size, by: Int(Self.partSize)) {
            let part = UnsafeMutableRawBufferPointer(
                rebasing: buffer.bytes[..<Int(min(Self.partSize, size - offset))])
            guard try file.read(into: part, at: offset) == part.count else {
                throw PerigeeError(.io, "a temporary file has ended too soon", at: file.place)
            }
            try staging.append(UnsafeRawBufferPointer(part))
        }
        try staging.commit(as: key, if: .absent)
    }
}
