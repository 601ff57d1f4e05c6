internal import Model
internal import Storage
internal import Vault

/// What a run asked of a vault's store, and how many bytes went there and came from there.
struct StoreUse {
    /// Bytes that were stored.
    private(set) var written: UInt64
    /// Bytes that came from a store on another machine, or in an object store.
    private(set) var read: UInt64 = 0
    private(set) var requests = RunReport.Requests()

    /// What the store of `vault` was asked since its meter stood at `before`.
    init(of vault: Vault, since before: StoreMeter) {
        let now = vault.meter
        written = now.written.bytes - before.written.bytes
        if vault.folder == nil { read = now.read.bytes - before.read.bytes }
        requests.put = now.puts - before.puts + now.deletes - before.deletes
        requests.get = now.reads - before.reads + now.infos - before.infos
        requests.list = now.lists - before.lists
    }

    /// What a session counted by itself, without packs' directories and the index.
    init(_ statistics: WriteStatistics) {
        written = statistics.storedBytes + statistics.pageBytes
        requests.put = statistics.packs
    }

    /// Counts the requests of a store from which a run read.
    mutating func add(readsOf source: StoreUse) {
        requests.get += source.requests.get
        requests.list += source.requests.list
    }

    /// Writes the figures of a run that wrote to the store into `report`.
    func fill(_ report: inout RunReport) {
        report.bytes.stored = written
        (report.bytes.wireSent, report.bytes.wireReceived) = (written, read)
        report.requests = requests
    }
}
