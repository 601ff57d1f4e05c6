internal import Content
internal import Hashing
internal import Model

/// Finds out which avoided packs a tree needs: those that alone have one of its pages or chunks.
struct Reliance {
    private let view: IndexView
    private let pages: PageReader

    /// Looks by what `vault`'s index knows, and avoids, now.
    init(_ vault: Vault) throws {
        view = vault.index.view
        pages = try vault.pages()
    }

    /// The condemned packs that the tree below `root` needs.
    ///
    /// - Parameter each: told of each page and chunk that only a condemned pack has.
    /// - Throws: `conflict` where a page or chunk is nowhere any more, since a gc has deleted it.
    func packs(
        of root: TreeRoot, stop: () throws -> Void = {}, each: (ContentID, RecordKind) throws -> Void = { _, _ in }
    ) throws -> Set<Digest> {
        var needed: Set<Digest> = []
        var marks = LiveMarks(view)
        func look(_ id: ContentID, _ kind: RecordKind) throws -> Bool {
            try stop()
            guard let (entry, pack, isNew) = marks.mark(id), entry.kind == kind.rawValue,
                !view.avoided.missing.contains(pack)
            else { throw Self.isGone(id, kind) }
            if isNew, view.avoided.condemned.contains(pack) {
                needed.insert(pack)
                try each(id, kind)
            }
            return isNew
        }
        try TreeVisit(pages: pages).visit(root) {
            try look($0, .page)
        } chunk: {
            _ = try look($0.id, .chunk)
        }
        return needed
    }

    private static func isGone(_ id: ContentID, _ kind: RecordKind) -> PerigeeError {
        PerigeeError(
            .conflict, "the \(kind) \(id.short) was deleted by a gc while this ran",
            remedy: "run the same command again: what is missing is then stored anew", canRetry: true)
    }
}
