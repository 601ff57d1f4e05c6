internal import Hashing

extension Vault {
    /// Begins to heal what `report` says is damaged.
    public func beginHealing(_ report: VerifyReport) throws -> Healing { try Healing(self, hurt: report.hurtPacks) }
}
