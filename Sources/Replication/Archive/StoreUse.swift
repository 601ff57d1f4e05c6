internal import Model
internal import Storage
internal import Vault

/// What a run asked of a store, and how many bytes went to it.
struct StoreUse {
    private var written: UInt64
    private(set) var requests = RunReport.Requests()

    /// What `store` was asked since its meter stood at `before`.
    init(of store: any BlobStore, since before: StoreMeter) {
        let now = (store as? any MeteringStore)?.meter ?? before
        written = now.written.bytes - before.written.bytes
        requests.put = now.puts - before.puts + now.deletes - before.deletes
        requests.get = now.reads - before.reads + now.infos - before.infos
        requests.list = now.lists - before.lists
    }

    /// Counts what `store`, from which a run read, was asked since its meter stood at `before`.
    mutating func add(readsOf store: any BlobStore, since before: StoreMeter) {
        let now = (store as? any MeteringStore)?.meter ?? before
        requests.get += now.reads - before.reads + now.infos - before.infos
        requests.list += now.lists - before.lists
    }

    /// What a session counted by itself, without packs' directories and the index.
    init(_ statistics: WriteStatistics) {
        written = statistics.storedBytes + statistics.pageBytes
        requests.put = statistics.packs
    }

    /// Writes the figures into `report`.
    func fill(_ report: inout RunReport) {
        report.bytes.stored = written
        report.bytes.wireSent = written
        report.requests = requests
    }
}

extension Vault {
    /// What its store was asked so far; nothing for one that does not count.
    var meter: StoreMeter { (store as? any MeteringStore)?.meter ?? StoreMeter() }
}
