internal import Content
internal import Hashing
internal import Storage

/// What an index segment is to be made of: the packs of a run that no segment lists yet, and their records.
struct IndexDelta {
    /// The packs in order of arrival; their numbers are their places.
    private(set) var packs: [PackTableRow] = []
    /// The entries, in no order.
    private(set) var entries: [IndexEntry] = []

    /// Whether all records of the packs are wanted.
    private var isWhole = true

    var isEmpty: Bool { packs.isEmpty }

    /// What a store that has the packs can make the segment of; nil where it cannot know which records are left out.
    var recipe: BlobRecipe? { isWhole ? .segment(ofPacks: packs.map(\.name)) : nil }

    /// Adds a pack and those of its records that an index entry can say and that `isWanted` wants.
    mutating func add(pack name: Digest, size: UInt64, _ records: [PackEntry], isWanted: (PackEntry) -> Bool) {
        let number = UInt32(packs.count)
        packs.append(PackTableRow(name: name, size: size, entryCount: 0))
        for record in records {
            guard isWanted(record) else {
                isWhole = false
                continue
            }
            if let entry = IndexEntry(record, pack: number) { entries.append(entry) }
        }
    }

    /// Adds all of `other`.
    mutating func add(_ other: IndexDelta) {
        let first = UInt32(packs.count)
        packs += other.packs
        isWhole = isWhole && other.isWhole
        entries += other.entries.map { entry in
            var entry = entry
            entry.pack += first
            return entry
        }
    }

    /// Brings packs and entries into the order of a segment.
    mutating func sort() {
        let order = packs.indices.sorted { packs[$0].name < packs[$1].name }
        var number = [UInt32](repeating: 0, count: packs.count)
        for (new, old) in order.enumerated() { number[old] = UInt32(new) }
        packs = order.map { packs[$0] }
        for index in entries.indices { entries[index].pack = number[Int(entries[index].pack)] }
        entries.sort { $0.id < $1.id }
    }
}

/// The entries of a sorted delta.
final class DeltaSource: IndexSource {
    private let entries: [IndexEntry]
    private var position = 0

    init(_ sorted: IndexDelta) { entries = sorted.entries }

    var countMax: Int { entries.count }

    func rewind() { position = 0 }

    func next() -> IndexEntry? {
        guard position < entries.count else { return nil }
        let entry = entries[position]
        position += 1
        while position < entries.count, entries[position].id == entry.id { position += 1 }
        return entry
    }
}
