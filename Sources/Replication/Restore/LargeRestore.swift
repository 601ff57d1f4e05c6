internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// A large file that several workers write at once, each its own stretches; who finishes the last one publishes it.
final class LargeRestore: Sendable {
    /// How many bytes of data a stretch has, about: chunks are not divided.
    static let stretch: UInt64 = 8 << 20
    /// Files with more data than this are written by several workers.
    static let sizeMin: UInt64 = 32 << 20

    private struct State {
        var next: UInt64 = 0
        var outstanding = 0
        var isSpoilt = false
        var isPublished = false
    }

    /// What the file is to be.
    let entry: Entry
    /// The file that was there.
    let existing: ScannedEntry?
    private let state = Monitor(State())
    private let heldChunks = Monitor<HeldIndex??>(nil)

    /// A large file that is to be as `entry` has it, in the place of `existing`; nil where it is not for several.
    init?(_ entry: Entry, existing: ScannedEntry?) {
        guard entry.attributes.kind == .file, entry.attributes.dataSize >= Self.sizeMin,
            existing == nil || existing?.attributes.size != entry.attributes.size
        else { return nil }
        (self.entry, self.existing) = (entry, existing)
    }

    /// What the file that was there has, which the first worker that asks finds by `find`, and the others wait for.
    func held(_ find: () throws -> HeldIndex?) throws -> HeldIndex? {
        try heldChunks.read { known in
            if let known { return known }
            let found = try find()
            known = .some(found)
            return found
        }
    }

    /// How many workers can be busy with it at once.
    var parts: Int { Int(clamping: (entry.attributes.dataSize + Self.stretch - 1) / Self.stretch) }

    /// The next stretch for the caller to write; nil where all are given out or the file is spoilt.
    func begin() -> Range<UInt64>? {
        state.change { state in
            let end = entry.attributes.dataSize
            guard state.next < end, !state.isSpoilt else { return nil }
            let start = state.next
            state.next = min(end, start + Self.stretch)
            state.outstanding += 1
            return start..<state.next
        }
    }

    /// A stretch is written, or has failed.
    ///
    /// - Returns: whether the caller is to publish the file, as the last one.
    func end(failed: Bool) -> Bool {
        state.change { state in
            state.outstanding -= 1
            if failed { state.isSpoilt = true }
            let isLast = state.outstanding == 0 && state.next == entry.attributes.dataSize
            guard isLast, !state.isSpoilt, !state.isPublished else { return false }
            state.isPublished = true
            return true
        }
    }

    /// Whether this is the first failure of the file: the others are not noted again.
    func isFirstFailure() -> Bool { state.read { !$0.isSpoilt } }
}
