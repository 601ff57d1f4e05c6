internal import Content
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

    /// A pack was made.
    func take(_ key: BlobKey, _ bytes: [UInt8]) {
        guard VaultLayout.isPack(key), let entries = try? PackDirectory.entries(of: bytes) else { return }
        // Pages come with the sync that follows: a page is listed only when all that it names is.
        guard entries.allSatisfy({ $0.kind == .chunk }) else { return }
        let pack = FanOutPack(key: key, bytes: bytes, entries: entries)
        for lane in lanes { lane.offer(pack) }
    }
}

/// A pack on its way to several vaults.
struct FanOutPack: Sendable {
    let key: BlobKey
    let bytes: [UInt8]
    let entries: [PackEntry]
}

extension PackDirectory {
    /// The entries of a whole pack in memory.
    fileprivate static func entries(of bytes: [UInt8]) throws -> [PackEntry] {
        try read(size: UInt64(bytes.count)) { offset, buffer in
            let start = min(Int(clamping: offset), bytes.count)
            let count = min(buffer.count, bytes.count - start)
            bytes.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<(start + count)]))
            }
            return count
        }
    }
}
