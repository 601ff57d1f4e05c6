public import Hashing

/// The keys of a dedup domain, out of their wrapping: one that names content, and one for each epoch that seals it.
///
/// The ID key stays for ever; epochs are added when keys are rotated, so that rotation loses no deduplication.
public struct KeyRing: Sendable {
    private static let pageIDs = KeyDeriver(context: "perigee 2026-11 page id key v1")

    /// Keys the IDs of chunks.
    public let idKey: HashKey
    /// Keys the IDs of pages; derived from ``idKey``, so that no chunk can pass for a page.
    public let pageIDKey: HashKey
    /// The keys that sealing keys are derived from, by epoch.
    public let epochs: [UInt32: HashKey]
    /// The epoch under which new records are sealed; one of ``epochs``.
    public let currentEpoch: UInt32
    /// The key of ``currentEpoch``.
    let currentKey: HashKey

    /// A ring of keys; `current` is among the `epochs`.
    public init(idKey: HashKey, epochs: [UInt32: HashKey], current: UInt32) {
        guard let currentKey = epochs[current] else { preconditionFailure("the current epoch has a key") }
        self.currentKey = currentKey
        self.idKey = idKey
        self.epochs = epochs
        currentEpoch = current
        pageIDKey = idKey.withUnsafeBytes { Self.pageIDs.derive($0) }
    }

    /// New keys with one epoch, 1, from `generator`, which must be fit for keys (the system's is).
    public static func new(using generator: inout some RandomNumberGenerator) -> KeyRing {
        KeyRing(idKey: HashKey(using: &generator), epochs: [1: HashKey(using: &generator)], current: 1)
    }

    /// The same ring with a new epoch, which becomes the current one.
    public func rotated(using generator: inout some RandomNumberGenerator) -> KeyRing {
        let next = (epochs.keys.max() ?? 0) + 1
        return KeyRing(
            idKey: idKey, epochs: epochs.merging([next: HashKey(using: &generator)]) { old, _ in old }, current: next)
    }

    /// The key that names content of this kind.
    public func idKey(for kind: RecordKind) -> HashKey {
        switch kind {
        case .chunk: idKey
        case .page: pageIDKey
        }
    }
}
