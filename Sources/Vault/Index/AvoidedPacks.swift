internal import Hashing

/// Packs that an index may list and that nobody is to rely on.
struct AvoidedPacks: Hashable, Sendable {
    /// Packs that a gc has condemned: still there, and read where nothing else has the record.
    var condemned: Set<Digest> = []
    /// Packs that are not in the store any more.
    var missing: Set<Digest> = []

    var isEmpty: Bool { condemned.isEmpty && missing.isEmpty }

    func contains(_ pack: Digest) -> Bool { condemned.contains(pack) || missing.contains(pack) }
}
