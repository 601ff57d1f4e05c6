internal import Content
internal import Model
internal import Vault

/// Puts the entries of a snapshot into slots, in path order, and finds those whose chunk lists are known.
///
/// Walks three trees side by side: the snapshot, the one before it at the source, and what was made of that one at the
/// destination.
struct TransferPlanner {
    private var entries: EntryCursor
    private var before: TransferWalk
    private var base: TransferWalk
    private var held: TransferSlot?
    private let step: VaultStep
    /// Entries that are not as they were.
    private(set) var changes: UInt64 = 0

    init(_ step: VaultStep, base: TreeRoot?) throws {
        self.step = step
        let pages = try step.source.pages()
        entries = EntryCursor(step.snapshot.tree, source: pages)
        let isKnown = step.before != nil && base != nil
        before = TransferWalk(isKnown ? step.before?.tree : nil, try step.source.pages())
        self.base = TransferWalk(isKnown ? base : nil, try step.destination.pages())
    }

    /// The next slot; nil at the end.
    mutating func next() throws -> TransferSlot? {
        if let slot = held {
            held = nil
            return slot
        }
        var items: [TransferItem] = []
        var bytes: UInt64 = 0
        while items.count < TransferSlot.itemsMax, bytes < TransferSlot.bytesMax, let entry = try entries.next() {
            let item = try look(at: entry)
            if case .convert = item, entry.attributes.dataSize >= TransferSlot.hugeMin {
                let huge = TransferSlot([item], isHuge: true)
                guard !items.isEmpty else { return huge }
                held = huge
                return TransferSlot(items)
            }
            if case .convert = item { bytes += entry.attributes.dataSize }
            items.append(item)
        }
        return items.isEmpty ? nil : TransferSlot(items)
    }

    private mutating func look(at entry: Entry) throws -> TransferItem {
        let old = try before.entry(at: entry.path)
        let made = try base.entry(at: entry.path)
        if old != entry {
            changes += 1
            step.tally.add(old == nil ? \.new : \.changed)
        }
        guard entry.content != .none else { return .known(entry) }
        if let old, let made, old.content == entry.content, old.attributes.dataSize == entry.attributes.dataSize,
            made.attributes.dataSize == entry.attributes.dataSize
        {
            var known = entry
            known.content = made.content
            return .known(known)
        }
        return .convert(entry)
    }
}

/// Entries of a tree that are asked for in path order.
struct TransferWalk {
    private var cursor: EntryCursor?
    private var head: Entry?

    init(_ root: TreeRoot?, _ pages: any PageSource) {
        cursor = root.map { EntryCursor($0, source: pages) }
    }

    /// The entry at `path`, which comes behind all that were asked for before.
    mutating func entry(at path: TreePath) throws -> Entry? {
        if head == nil { head = try cursor?.next() }
        while let entry = head, entry.path < path { head = try cursor?.next() }
        return head?.path == path ? head : nil
    }
}
