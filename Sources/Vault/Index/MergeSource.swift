internal import Hashing
internal import Model
internal import Storage

/// The entries of several segments in one order; of an ID that several list, the first one's entry.
///
/// Holds a small buffer of entries a segment.
final class MergeSource: IndexSource {
    private let segments: [IndexSegment]
    private let numbers: [[UInt32]]
    private var runs: [EntryRun]
    /// The packs of all segments, ascending by name.
    let packs: [PackTableRow]

    init(_ segments: [IndexSegment]) throws {
        self.segments = segments
        runs = segments.map { EntryRun($0) }
        (packs, numbers) = try Self.union(segments)
    }

    var countMax: Int { segments.reduce(0) { $0 + $1.entryCount } }

    func rewind() { runs = segments.map { EntryRun($0) } }

    func next() throws -> IndexEntry? {
        var best: (segment: Int, entry: IndexEntry)?
        for index in runs.indices {
            guard let entry = try runs[index].head() else { continue }
            if let current = best {
                if entry.id == current.entry.id {
                    try advance(index)
                } else if entry.id < current.entry.id {
                    best = (index, entry)
                }
            } else {
                best = (index, entry)
            }
        }
        guard let (index, found) = best else { return nil }
        try advance(index)
        var entry = found
        guard Int(entry.pack) < numbers[index].count else { throw damaged(index, "names a pack that it does not list") }
        entry.pack = numbers[index][Int(entry.pack)]
        return entry
    }

    private func advance(_ index: Int) throws {
        guard try runs[index].advance() else { throw damaged(index, "is not in order") }
    }

    private func damaged(_ index: Int, _ what: String) -> PerigeeError {
        PerigeeError(
            .damaged, "the index segment \(what)", at: VaultLayout.index(segments[index].name).text,
            remedy: "the index can be made anew from the packs; perigee verify says what is hit")
    }

    /// All packs in order, and for each segment the place of its packs among them.
    private static func union(_ segments: [IndexSegment]) throws -> ([PackTableRow], [[UInt32]]) {
        var packs: [PackTableRow] = []
        var numbers = segments.map { [UInt32](repeating: 0, count: $0.packCount) }
        var positions = segments.map { _ in 0 }
        while true {
            let heads = segments.indices.compactMap { segments[$0].pack(UInt32(positions[$0])) }
            guard let first = heads.min(by: { $0.name < $1.name }) else { return (packs, numbers) }
            for index in segments.indices {
                guard let row = segments[index].pack(UInt32(positions[index])), row.name == first.name else { continue }
                numbers[index][positions[index]] = UInt32(packs.count)
                positions[index] += 1
            }
            packs.append(PackTableRow(name: first.name, size: first.size, entryCount: 0))
        }
    }
}
