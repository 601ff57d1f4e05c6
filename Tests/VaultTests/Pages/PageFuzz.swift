import Content
import Model
import Vault

/// One page in place of another, as somebody who can write pages might have it.
final class Forger: PageSource {
    private let source: (any PageSource)?
    private let id: ContentID
    private let forged: [UInt8]

    init(_ forged: [UInt8], as id: ContentID, over source: (any PageSource)? = nil) {
        self.forged = forged
        self.id = id
        self.source = source
    }

    func page(_ id: ContentID) throws -> [UInt8] {
        if id == self.id { return forged }
        guard let source else { throw PerigeeError(.notFound, "no such page", at: "page \(id)") }
        return try source.page(id)
    }
}

/// Reads pages that may be forged.
enum PageFuzz {
    /// What a page of a tree decodes to, encoded again; nil where it is refused.
    ///
    /// Count and sum are announced as the largest, so that only the end of the page, where they prove wrong, is an error.
    static func rewritten(_ page: [UInt8], kind: Character, id: ContentID) throws -> [UInt8]? {
        let copy = MemoryPages()
        switch kind {
        case "e":
            var cursor = EntryCursor(TreeRoot(page: id, entries: .max, bytes: .max), source: Forger(page, as: id))
            var builder = EntryTreeBuilder(sink: copy)
            guard try reads(page, { try cursor.next().map { try builder.add($0) } != nil }) else { return nil }
            return try copy.page(try builder.finish().page)
        case "c":
            var cursor = ChunkCursor(.paged(root: id, chunks: .max), source: Forger(page, as: id))
            var builder = ChunkListBuilder(sink: copy)
            guard try reads(page, { try cursor.next().map { try builder.add($0) } != nil }) else { return nil }
            guard case .paged(let root, _) = try builder.finish() else { return nil }
            return try copy.page(root)
        default:
            do { return try Snapshot(page: page, id: id).page } catch is PerigeeError { return nil }
        }
    }

    /// Whether `next` works up to the end of `page`.
    private static func reads(_ page: [UInt8], _ next: () throws -> Bool) throws -> Bool {
        do {
            while try next() {}
            return true
        } catch let error as PerigeeError {
            return error.place?.hasSuffix(", byte \(page.count)") == true && error.message.contains("does not hold")
        }
    }
}
