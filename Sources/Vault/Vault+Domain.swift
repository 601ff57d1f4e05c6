internal import Content

extension Vault {
    /// Whether equal bytes have equal names in both vaults: one ID key, one way of cutting.
    public func sharesDomain(with other: Vault) -> Bool {
        ring.idKey == other.ring.idKey && descriptor.chunker == other.descriptor.chunker
    }
}
