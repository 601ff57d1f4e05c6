public import Model
internal import Storage
public import Vault

/// What a run asks of the store of a vault from which it reads.
public struct StoreReads: Sendable {
    private let vault: Vault
    private let before: StoreMeter

    /// Begins to count what is asked of the store of `vault`; nil where nobody counts that.
    public init?(_ vault: Vault) {
        guard let before = vault.beginAccount() else { return nil }
        (self.vault, self.before) = (vault, before)
    }

    /// Adds what was asked since to the requests of `report`.
    ///
    /// - Parameter crossing: nothing else crosses between the ends: what came of a store that is not on this machine is
    ///   what was sent, with all that was read along.
    public func add(to report: inout RunReport, crossing: Bool = false) {
        let use = StoreUse(of: vault, since: before)
        report.requests.add(readsOf: use)
        if crossing, vault.folder == nil { (report.bytes.wireSent, report.bytes.wireReceived) = (use.read, 0) }
    }
}
