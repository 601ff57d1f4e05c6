internal import Content
internal import Hashing
internal import Model

/// Where snapshots of a dataset were forgotten: the blob `gaps/<tag>`, sealed as ``SealedBlob`` says with the magic
/// `PERIGAPS`.
///
/// A snapshot's page names its parent for good. Where the parent was forgotten, the gap says which snapshot that is kept
/// comes next. The plain bytes, little-endian: number of gaps (4), then for each, ascending, the ID of a forgotten
/// parent (32) and the ID of the next snapshot that is kept (32), zeros where there is none.
struct HistoryGaps: Hashable {
    static let magic: StaticString = "PERIGAPS"
    /// The most gaps of one dataset.
    static let countMax = 1 << 16
    /// The most bytes of the blob.
    static let sizeMax = 128 + countMax * 64

    /// By forgotten parent, the next snapshot that is kept; zeros for none.
    var next: [ContentID: ContentID] = [:]

    /// No gaps.
    init() {}

    /// The gaps between the snapshots `kept`, the newest first.
    init(between kept: [(id: ContentID, parent: ContentID?)]) {
        for (index, snapshot) in kept.enumerated() {
            let follower = index + 1 < kept.count ? kept[index + 1].id : nil
            guard let parent = snapshot.parent, parent != follower else { continue }
            next[parent] = follower ?? ContentID(.zero)
        }
    }

    /// What holds while `forgotten` leave a history: for a ref that is still at its newest snapshot, or at one that came
    /// after that, as well as for one that is at the newest that is kept already.
    ///
    /// Nothing that was said is taken back, since what follows from it may not be written yet.
    ///
    /// - Parameter history: all of it, the newest first, as these gaps tell it.
    func leaving(_ forgotten: Set<ContentID>, outOf history: [(id: ContentID, parent: ContentID?)]) -> HistoryGaps {
        var (wide, behind) = (self, [ContentID: ContentID]())
        var older = ContentID(.zero)
        for (id, _) in history.reversed() {
            if forgotten.contains(id) { behind[id] = older } else { older = id }
        }
        for (parent, kept) in next where behind[kept] != nil { wide.next[parent] = behind[kept] }
        let chain = history.enumerated().filter { $0.offset == 0 || !forgotten.contains($0.element.id) }.map(\.element)
        wide.next.merge(HistoryGaps(between: chain).next) { $1 }
        return wide
    }

    /// The snapshot that follows one whose page names `parent`; nil where there is none.
    func follower(_ parent: ContentID?) -> ContentID? {
        guard let parent else { return nil }
        guard let kept = next[parent] else { return parent }
        return kept == ContentID(.zero) ? nil : kept
    }

    var plain: [UInt8] {
        var out = FieldWriter()
        out.number(UInt32(next.count))
        for (parent, kept) in next.sorted(by: { $0.key < $1.key }) {
            parent.digest.withUnsafeBytes { out.raw($0) }
            kept.digest.withUnsafeBytes { out.raw($0) }
        }
        return out.bytes
    }

    init(decoding plain: [UInt8], at place: String) throws {
        var fields = FieldReader(plain, at: place)
        let count = Int(try fields.number(UInt32.self))
        guard count <= Self.countMax else { throw fields.damaged("has \(count) gaps, more than \(Self.countMax)") }
        func id() throws -> ContentID {
            ContentID(try Array(fields.raw(Digest.byteCount)).withUnsafeBytes { Digest($0) })
        }
        for _ in 0..<count {
            let parent = try id()
            next[parent] = try id()
        }
        try fields.finish()
        guard next.count == count else { throw fields.damaged("names a gap twice") }
    }
}
