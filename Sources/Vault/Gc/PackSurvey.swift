internal import Hashing
internal import Model
internal import Storage

/// The packs of a vault as a store lists them, held against those that an index lists.
///
/// The view is to be older than the survey: each pack that it lists was there before its segment was, so that one that
/// is not there now was deleted or lost.
struct PackSurvey {
    /// A pack that is there.
    struct Found {
        let name: Digest
        let size: UInt64
        let modified: Timestamp
    }

    /// Packs that the index lists and that are not there.
    private(set) var missing: Set<Digest> = []
    /// Packs that are there and that no segment lists, ascending.
    private(set) var unlisted: [Found] = []
    /// All packs that are there, ascending, where they were asked for: 48 bytes each.
    private(set) var all: [Found] = []

    /// Lists the packs in `store`; `first` is the first page of that listing, where it was asked for before.
    init(_ store: any BlobStore, _ view: IndexView, keepsAll: Bool = false, first: [BlobInfo]? = nil) throws {
        var positions = view.segments.map { _ in UInt32(0) }
        // Both are in the same order, so that neither is searched.
        func pass(_ name: Digest?) -> Bool {
            var isListed = false
            for (index, segment) in view.segments.enumerated() {
                while let row = segment.pack(positions[index]), name.map({ row.name <= $0 }) ?? true {
                    positions[index] += 1
                    if row.name == name { isListed = true } else { missing.insert(row.name) }
                }
            }
            return isListed
        }
        func take(_ info: BlobInfo) {
            guard let name = VaultLayout.digest(of: info.key, folder: "packs") else { return }
            let found = Found(name: name, size: info.size.bytes, modified: info.modified)
            if !pass(name) { unlisted.append(found) }
            if keepsAll { all.append(found) }
        }
        for info in first ?? [] { take(info) }
        if first.map({ $0.count >= BlobQuestion.pageMax }) ?? true {
            try store.listAll(VaultLayout.packsPrefix, after: first?.last?.key).forEach { take($0) }
        }
        _ = pass(nil)
    }
}
