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

    /// Takes stretches as long as there are any, and has `body` do each.
    ///
    /// - Parameter onFailure: called with what a stretch failed with, once no more are given out, and whether that is the
    ///   file's first failure: the others are not noted again.
    /// - Returns: whether the caller has done the last one of a file of which none has failed: it is to be published.
    func help(
        _ body: (Range<UInt64>) throws -> Void, onFailure: (any Error, _ isFirst: Bool) throws -> Void
    ) throws -> Bool {
        while let stretch = begin() {
            do {
                try body(stretch)
            } catch {
                try onFailure(error, fail())
                return false
            }
            if end() { return true }
        }
        return false
    }

    /// The next stretch; nil where all are given out or the file is spoilt.
    private func begin() -> Range<UInt64>? {
        state.change { state in
            let end = entry.attributes.dataSize
            guard state.next < end, !state.isSpoilt else { return nil }
            let start = state.next
            state.next = min(end, start + Self.stretch)
            state.outstanding += 1
            return start..<state.next
        }
    }

    /// A stretch has failed.
    ///
    /// - Returns: whether it is the first.
    private func fail() -> Bool {
        state.change { state in
            state.outstanding -= 1
            defer { state.isSpoilt = true }
            return !state.isSpoilt
        }
    }

    /// A stretch is done.
    ///
    /// - Returns: whether it is the last one, and none has failed.
    private func end() -> Bool {
        state.change { state in
            state.outstanding -= 1
            return state.outstanding == 0 && state.next == entry.attributes.dataSize && !state.isSpoilt
        }
    }
}
