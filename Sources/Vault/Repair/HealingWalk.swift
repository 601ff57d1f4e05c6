internal import Content
internal import Model
internal import Workers

/// Walks the trees of a vault that is being healed, and heals what it meets, as far as that can be done by moving records.
final class HealingWalk {
    private let healing: Healing
    private let others: [Vault]
    private let pages: PageReader
    private let otherPages: [PageReader]
    private var marks: LiveMarks
    // What no segment lists, and so has no bit.
    private var unlisted: Set<ContentID> = []
    private var movers: [RecordKind: [RecordMover]] = [:]

    init(_ healing: Healing, _ others: [Vault]) throws {
        self.healing = healing
        self.others = others.filter { $0.sharesDomain(with: healing.vault) }
        pages = try healing.vault.pages()
        otherPages = try self.others.map { try $0.pages() }
        marks = LiveMarks(healing.vault.index.view)
        for kind in [RecordKind.chunk, .page] {
            movers[kind] = try ([healing.vault] + self.others).map {
                try RecordMover(kind, from: $0, into: healing.session)
            }
        }
    }

    /// Visits the tree below `root`; passes over pages that nobody has.
    func visit(_ root: TreeRoot, _ stop: StopFlag?) throws {
        let source = HealingPages([pages] + otherPages)
        try TreeVisit(pages: source).visit(root) { page in
            try stop?.check()
            guard try heal(page, .page) else { return false }
            return source.has(page)
        } chunk: { chunk in
            _ = try heal(chunk.id, .chunk)
        }
    }

    /// Sees to it that a sound pack has the record; false where it was looked at before.
    private func heal(_ id: ContentID, _ kind: RecordKind) throws -> Bool {
        var length = 0
        if let (entry, pack, isNew) = marks.mark(id) {
            guard isNew else { return false }
            length = Int(entry.plainLength)
            if entry.kind == kind.rawValue, !marks.view.avoided.contains(pack) { return true }
        } else if !unlisted.insert(id).inserted {
            return false
        }
        let movers = movers[kind] ?? []
        guard movers.first?.claim(id) == true else { return true }
        for (index, mover) in movers.enumerated() {
            do {
                try mover.move([id])
                if index == 0 { healing.kept() } else { healing.healed(bytes: length) }
                return true
            } catch let error as PerigeeError where [.damaged, .format, .notFound].contains(error.code) {
                // Not from there.
            }
        }
        healing.session.unclaim(id)
        if kind == .chunk { try healing.want(id) }
        return true
    }

    /// Puts the last packs into the vault.
    func finish() throws {
        for kind in [RecordKind.chunk, .page] { for mover in movers[kind] ?? [] { try mover.finish() } }
    }
}

/// Pages from the first of several readers that has them.
private final class HealingPages: PageSource {
    private let readers: [PageReader]

    init(_ readers: [PageReader]) { self.readers = readers }

    func page(_ id: ContentID) throws -> [UInt8] {
        var failure: (any Error)?
        for reader in readers {
            do {
                return try reader.page(id)
            } catch let error as PerigeeError where [.damaged, .format, .notFound].contains(error.code) {
                failure = failure ?? error
            }
        }
        throw failure ?? PerigeeError(.damaged, "nobody has the page \(id.short)")
    }

    func has(_ id: ContentID) -> Bool { (try? page(id)) != nil }
}
