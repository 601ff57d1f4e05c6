internal import Model
internal import Storage
internal import Vault

/// What a run asked of a vault's store, and how many bytes went there and came from there.
struct StoreUse {
    private var written: UInt64
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

    /// The bytes that came, copies of the index aside: a run after this has them.
    func received(but index: VaultIndex) -> UInt64 { read - min(read, index.copiedBytes) }

    /// Counts the requests of a store from which a run read.
    mutating func add(readsOf source: StoreUse) { requests.add(readsOf: source) }

    /// Writes the figures of a run that wrote to the store into `report`.
    func fill(_ report: inout RunReport) {
        report.bytes.stored = written
        (report.bytes.wireSent, report.bytes.wireReceived) = (written, read)
        report.requests = requests
    }
}

extension RunReport.Requests {
    /// Counts what was asked of a store from which a run read.
    mutating func add(readsOf use: StoreUse) {
        get += use.requests.get
        list += use.requests.list
    }
}

extension Vault {
    /// Whether what is brought from here to `other` crosses where this vault is read: it is elsewhere, the other on this machine.
    func crossesWhenRead(to other: Vault) -> Bool { folder == nil && other.folder != nil }
}
