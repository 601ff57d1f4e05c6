internal import Content
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// Compares two sides entry by entry.
///
/// Files of one size and modification time count as equal unless all bytes are asked for; where only the time differs,
/// their bytes are compared. Times of folders are left out, since any change in them moves these.
struct DiffWalk {
    let old: any DiffSide
    let new: any DiffSide
    /// Whether bytes are compared even where size and time are equal.
    let readsAll: Bool
    /// What is wanted begins behind this; nothing before it is compared.
    var after: TreePath?
    let stop: StopFlag

    /// Calls `emit` with each difference, in path order, as long as it wants more.
    func run(_ emit: (DiffRow) throws -> Bool) throws {
        var (a, b) = (try old.next(), try new.next())
        while a != nil || b != nil {
            try stop.check()
            if let x = a, let y = b, x.row.path == y.row.path {
                if after.map({ $0 < x.row.path }) ?? true, let change = try compare(x, y) {
                    let row = DiffRow(change: change, path: x.row.path, old: x.row.attributes, new: y.row.attributes)
                    guard try emit(row) else { return }
                }
                (a, b) = (try old.next(), try new.next())
            } else if let x = a, b.map({ x.row.path < $0.row.path }) ?? true {
                guard try emit(DiffRow(change: .removed, path: x.row.path, old: x.row.attributes, new: nil)) else {
                    return
                }
                a = try old.next()
            } else if let y = b {
                guard try emit(DiffRow(change: .added, path: y.row.path, old: nil, new: y.row.attributes)) else {
                    return
                }
                b = try new.next()
            }
        }
    }

    private func compare(_ x: DiffEntry, _ y: DiffEntry) throws -> DiffRow.Change? {
        let (a, b) = (x.row.attributes, y.row.attributes)
        if a.kind != b.kind { return .kind }
        if a.target != b.target || a.device != b.device || a.size != b.size { return .content }
        if a.kind == .file, readsAll || a.modified != b.modified,
            try !haveSameContent(x, y)
        {
            return .content
        }
        return Self.haveSameAttributes(a, b) ? nil : .attributes
    }

    private func haveSameContent(_ x: DiffEntry, _ y: DiffEntry) throws -> Bool {
        if old.isFar || new.isFar { return try old.digest(of: x, stop) == new.digest(of: y, stop) }
        return try haveSameBytes(old.bytes(of: x), new.bytes(of: y), stop)
    }

    /// Whether what a tree keeps beside the content is equal; link groups and holes are not looked at.
    private static func haveSameAttributes(_ a: Attributes, _ b: Attributes) -> Bool {
        a.owner == b.owner && a.group == b.group && a.extended == b.extended
            && (a.kind == .symlink || a.mode == b.mode) && (a.kind == .directory || a.modified == b.modified)
    }

    /// Whether two snapshots can be compared by their pages: their vaults name and cut content in the same way.
    static func canCompareByPages(_ old: Vault, _ new: Vault) -> Bool {
        old.ring.idKey == new.ring.idKey && old.descriptor.chunker == new.descriptor.chunker
    }

    /// Calls `emit` with each difference of two snapshots that can be compared by their pages, as long as it wants more;
    /// equal subtrees are not read.
    static func runByPages(
        _ old: SnapshotSide, _ new: SnapshotSide, after: TreePath?, stop: StopFlag, _ emit: (DiffRow) throws -> Bool
    ) throws {
        var diff = TreeDiff(
            old: old.snapshot.tree, in: try old.vault.pages(), new: new.snapshot.tree, in: try new.vault.pages(),
            after: after)
        while let change = try diff.next() {
            try stop.check()
            guard let row = row(change) else { continue }
            guard try emit(row) else { return }
        }
    }

    /// What a change of an entry is; nil where only a folder's time differs.
    private static func row(_ change: Change) -> DiffRow? {
        switch change {
        case .added(let entry): DiffRow(change: .added, path: entry.path, old: nil, new: entry.attributes)
        case .removed(let entry): DiffRow(change: .removed, path: entry.path, old: entry.attributes, new: nil)
        case .changed(let before, let after):
            classify(before, after).map {
                DiffRow(change: $0, path: after.path, old: before.attributes, new: after.attributes)
            }
        }
    }

    /// What the change of an entry is; nil where only a folder's time differs.
    private static func classify(_ before: Entry, _ after: Entry) -> DiffRow.Change? {
        let (a, b) = (before.attributes, after.attributes)
        if a.kind != b.kind { return .kind }
        if before.content != after.content || a.size != b.size || a.target != b.target || a.device != b.device {
            return .content
        }
        return haveSameAttributes(a, b) && a.linkGroup == b.linkGroup && a.holes == b.holes ? nil : .attributes
    }
}
