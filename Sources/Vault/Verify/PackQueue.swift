internal import Hashing
internal import Model
internal import Storage
internal import Workers

/// Hands out the packs of a vault to the threads that verify them, and notices packs that the index lists and that are
/// not there.
///
/// Listing and tables are in the same order, so neither is held.
final class PackQueue: Sendable {
    private struct State {
        var walk: BlobWalk
        var positions: [Int]
        var isAtEnd = false
    }

    private let segments: [IndexSegment]
    private let log: DamageLog
    private let isCollected: Bool
    private let state: Monitor<State>

    /// - Parameter isCollected: whether a gc has run: packs may then be listed and missing that nobody needs.
    init(_ store: any BlobStore, _ view: IndexView, _ log: DamageLog, isCollected: Bool) {
        segments = view.segments
        self.log = log
        self.isCollected = isCollected
        state = Monitor(
            State(walk: store.listAll(VaultLayout.packsPrefix), positions: view.segments.map { _ in 0 }))
    }

    /// The next pack; nil after the last.
    func next() throws -> (name: Digest, info: BlobInfo)? {
        try state.read { state in
            while !state.isAtEnd, let info = try state.walk.next() {
                guard let name = VaultLayout.digest(of: info.key, folder: "packs") else {
                    log.note(.pack, at: info.key.text, "the blob is not named as a pack is")
                    continue
                }
                passRows(&state, before: name)
                return (name, info)
            }
            state.isAtEnd = true
            passRows(&state, before: nil)
            return nil
        }
    }

    /// Passes over the tables' rows before `name` (all, for nil) and over `name` itself; those before it are missing.
    private func passRows(_ state: inout State, before name: Digest?) {
        for (index, segment) in segments.enumerated() {
            while let row = segment.pack(UInt32(state.positions[index])), name.map({ row.name <= $0 }) ?? true {
                state.positions[index] += 1
                if row.name != name, row.entryCount > 0 {
                    let place = VaultLayout.pack(row.name).text
                    log.notePack(row.name, at: place, "the pack is missing", onlyIfHit: isCollected)
                }
            }
        }
    }
}
