public import Model
internal import Storage
public import Vault

/// What a run asks of the store of a vault from which it reads.
public struct StoreReads: Sendable {
    private let store: any MeteringStore
    private let before: StoreMeter

    /// Begins to count what is asked of the store of `vault`; nil where nobody counts that.
    public init?(_ vault: Vault) {
        guard let store = vault.store as? any MeteringStore else { return nil }
        self.store = store
        before = store.meter
    }

    /// Adds what was asked since to the requests of `report`.
    public func add(to report: inout RunReport) {
        let now = store.meter
        report.requests.get += now.reads - before.reads + now.infos - before.infos
        report.requests.list += now.lists - before.lists
    }
}
