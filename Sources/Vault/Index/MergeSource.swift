internal import Hashing
internal import Model
internal import Storage

/// The entries of several segments in one order; of an ID that several list, the first one's entry that lies in a pack
/// that can be relied on.
///
/// Holds a small buffer of entries a segment.
final class MergeSource: IndexSource {
    /// The number of a pack whose entries are left out.
    private static let dropped = UInt32.max

    private let segments: [IndexSegment]
    private let numbers: [[UInt32]]
    // By the numbers of `packs`.
    private let isAvoided: [Bool]
    private var runs: [EntryRun]
    /// The packs of all segments, ascending by name, without those that are left out.
    let packs: [PackTableRow]

    /// The entries of `segments`.
    ///
    /// - Parameters:
    ///   - avoided: packs whose entries give way to others of the same ID.
    ///   - dropped: packs whose entries are left out.
    init(_ segments: [IndexSegment], avoided: AvoidedPacks = AvoidedPacks(), dropping dropped: Set<Digest> = []) throws
    {
        self.segments = segments
        runs = segments.map { EntryRun($0) }
        (packs, numbers) = try Self.union(segments, dropping: dropped)
        isAvoided = avoided.isEmpty ? [] : packs.map { avoided.contains($0.name) }
    }

    var countMax: Int { segments.reduce(0) { $0 + $1.entryCount } }

    func rewind() { runs = segments.map { EntryRun($0) } }

    func next() throws -> IndexEntry? {
        while let id = try leastID() {
            var best: IndexEntry?
            for index in runs.indices {
                guard var entry = try runs[index].head(), entry.id == id else { continue }
                try advance(index)
                guard Int(entry.pack) < numbers[index].count else {
                    throw damaged(index, "names a pack that it does not list")
                }
                entry.pack = numbers[index][Int(entry.pack)]
                guard entry.pack != Self.dropped else { continue }
                if let known = best, !avoids(known) || avoids(entry) { continue }
                best = entry
            }
            if let best { return best }
        }
        return nil
    }

    private func leastID() throws -> IndexKey? {
        var least: IndexKey?
        for index in runs.indices {
            guard let id = try runs[index].head()?.id else { continue }
            if least.map({ id < $0 }) ?? true { least = id }
        }
        return least
    }

    private func avoids(_ entry: IndexEntry) -> Bool { !isAvoided.isEmpty && isAvoided[Int(entry.pack)] }

    private func advance(_ index: Int) throws {
        guard try runs[index].advance() else { throw damaged(index, "is not in order") }
    }

    private func damaged(_ index: Int, _ what: String) -> PerigeeError {
        PerigeeError(
            .damaged, "the index segment \(what)", at: VaultLayout.index(segments[index].name).text,
            remedy: "the index can be made anew from the packs; perigee verify says what is hit")
    }

    /// All packs in order, and for each segment the place of its packs among them.
    private static func union(
        _ segments: [IndexSegment], dropping dropped: Set<Digest>
    ) throws -> ([PackTableRow], [[UInt32]]) {
        var packs: [PackTableRow] = []
        var numbers = segments.map { [UInt32](repeating: 0, count: $0.packCount) }
        var positions = segments.map { _ in 0 }
        while true {
            let heads = segments.indices.compactMap { segments[$0].pack(UInt32(positions[$0])) }
            guard let first = heads.min(by: { $0.name < $1.name }) else { return (packs, numbers) }
            for index in segments.indices {
                guard let row = segments[index].pack(UInt32(positions[index])), row.name == first.name else { continue }
                numbers[index][positions[index]] = dropped.contains(first.name) ? Self.dropped : UInt32(packs.count)
                positions[index] += 1
            }
            guard !dropped.contains(first.name) else { continue }
            packs.append(PackTableRow(name: first.name, size: first.size, entryCount: 0))
        }
    }
}
