internal import Content

/// The pages whose whole subtrees were found sound, so that what snapshots share is looked at once: a bit an index
/// entry.
struct SoundPages {
    private let view: IndexView
    private var bits: [[UInt64]]

    init(_ view: IndexView) {
        self.view = view
        bits = view.segments.map { _ in [] }
    }

    /// Whether the subtree below `id` is known to be sound.
    func contains(_ id: ContentID) -> Bool {
        guard let (segment, found) = view.find(IndexKey(id)), !bits[segment].isEmpty else { return false }
        let position = found.position
        return bits[segment][position >> 6] & (1 << UInt64(position & 63)) != 0
    }

    /// Remembers that the subtree below `id` is sound.
    mutating func insert(_ id: ContentID) {
        guard let (segment, found) = view.find(IndexKey(id)) else { return }
        let position = found.position
        if bits[segment].isEmpty {
            bits[segment] = [UInt64](repeating: 0, count: view.segments[segment].entryCount / 64 + 1)
        }
        bits[segment][position >> 6] |= 1 << UInt64(position & 63)
    }
}
