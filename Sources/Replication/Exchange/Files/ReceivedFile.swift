internal import Files
internal import Hashing
internal import Model
internal import Workers

/// What a destination wants of the source for one path.
struct FetchAction: Sendable {
    /// The file as the listing has it.
    var scanned: ScannedEntry
    /// What the destination has there.
    var existing: ScannedEntry?
    /// What the names of the file have in common where it has several.
    var group: UInt64?
    /// What is remembered of the path.
    var isKnown = false
    /// What seems to be the same file under an earlier name.
    var former: RecordEntry?
    /// Whether a part of it was left by a run before.
    var hasPart = false
    /// A file of the destination that may hold much of the same, where it has none under this name.
    var kin: TreePath?
    /// How often it was asked for.
    var attempt = 1
    /// Whether its chunks are to be told, and nothing of it sent.
    var isTold = false
    /// Whether its chunks may lie in other files of the destination.
    var looksElsewhere = false
    /// Whether what all of these compress to is to be found out.
    var measuresAll = false
    /// Whether it may be made of another file of the same content.
    var takesSame = true
    /// Whether, in an estimate, the name of its data is to be told where it is small.
    var isNamed = false

    /// Whether there is something to hold its chunks against.
    var comparesChunks: Bool {
        guard !isTold, scanned.attributes.size > ExchangeLimits.wholeFile else { return false }
        return hasPart || looksElsewhere || former != nil || kin != nil
            || existing?.attributes.kind == .file && (existing?.attributes.size ?? 0) > 0
    }

    /// Whether it is the file that had the former name, for certain.
    var isCertain: Bool { former != nil && former?.source == FileState(scanned) }

    /// What will come of it for certain.
    var wholeBytes: UInt64 { isTold || comparesChunks || former != nil ? 0 : scanned.attributes.size }

    /// What it counts as while it is on its way.
    var weight: UInt64 { FetchWindow.weight(scanned.attributes.size) }
}

/// A file that was asked for and is not yet in place.
///
/// Messages about one file may be worked on by several threads, in any order but one: what needs the file's head waits
/// until that was worked on, which came before.
final class ReceivedFile: Sendable {
    /// A chunk that was wanted.
    struct Wanted: Sendable {
        var offset: UInt64
        var length: UInt32
        var id: Digest
    }

    /// How the file is made.
    struct Making: Sendable {
        var head: FileHead
        var map: DataMap
        /// Where it is written; nil until something is known to differ from what is there.
        var aside: AsideFile?
        var held: HeldIndex?
        /// What the first file of `held` is.
        var first = First.part

        enum First: Sendable {
            /// What is at the path now.
            case existing
            /// What has the former name.
            case former
            /// A part that a run before has left.
            case part
        }
    }

    struct State: Sendable {
        var making: Making?
        /// Bytes of data that are dealt with.
        var done: UInt64 = 0
        /// How many there are, once the source has said that it read all of them.
        var total: UInt64?
        var wanted: [UInt64: Wanted] = [:]
        /// Runs of the data that the first base has at the same place, and that were not copied yet.
        var deferred: [Extent] = []
        /// Their bytes.
        var deferredBytes: UInt64 = 0
        /// The pieces that were named with the wishes for each stretch, and how many chunks are made of them.
        var pieces: [Int: (pieces: [(offset: UInt64, length: UInt32)], chunks: Int)] = [:]
        /// How far the first base's places lie from those of the file, where chunks were last found in both.
        var shift: Int64 = 0
        /// The bytes that came as patches, and those of them that had to be sent.
        var patched: (bytes: UInt64, literals: UInt64) = (0, 0)
        /// Chunks that were told, and those that had to be sent.
        var chunks: UInt64 = 0
        var missing: (chunks: UInt64, bytes: UInt64) = (0, 0)
        /// Where it was written and with what, for reading it back.
        var written: [(extent: Extent, digest: Digest)] = []
        /// The chunks that were told for an estimate, by where they begin.
        var told: [(offset: UInt64, chunks: ToldChunks)] = []
        var isGivenUp = false
    }

    /// The number of its request.
    let id: UInt64
    let action: FetchAction
    private let monitor = Monitor(State())

    /// A file that was asked for by request `id`.
    init(id: UInt64, _ action: FetchAction) {
        self.id = id
        self.action = action
    }

    /// Looks at or changes what is known of it.
    func change<Result>(_ body: (inout State) throws -> Result) rethrows -> Result { try monitor.change(body) }

    /// How it is made, after waiting for its head; nil where it was given up.
    func making() -> Making? {
        monitor.wait { state -> Making?? in
            if state.isGivenUp { return .some(nil) }
            return state.making.map { .some($0) }
        }
    }

    /// Some bytes are dealt with.
    ///
    /// - Returns: whether the file is complete with them, so that the caller is to put it in place.
    func add(_ bytes: UInt64) -> Bool {
        monitor.change { state in
            state.done += bytes
            return isComplete(&state)
        }
    }

    /// The source has read all of the file, `total` bytes of data.
    func end(_ total: UInt64) -> Bool {
        monitor.change { state in
            state.total = total
            return isComplete(&state)
        }
    }

    /// The first base has `run` at the same place; it is copied once anything is known to differ.
    ///
    /// - Returns: whether the caller is to copy it now, since something is known to differ; and whether the file is
    ///   complete.
    func put(by run: Extent) -> (copies: Bool, isComplete: Bool) {
        monitor.change { state in
            guard state.making?.aside == nil else { return (true, false) }
            if let last = state.deferred.last, last.end == run.offset {
                state.deferred[state.deferred.count - 1].length += run.length
            } else {
                state.deferred.append(run)
            }
            state.deferredBytes += run.length
            return (false, isComplete(&state))
        }
    }

    /// Something differs, so that the file is written anew.
    ///
    /// - Parameter make: begins the file, unless that was done.
    /// - Returns: the file, and the runs that the caller is to copy and then ``add(_:)``.
    func differ(_ make: () throws -> AsideFile) throws -> (aside: AsideFile, deferred: [Extent]) {
        try monitor.change { state in
            if let aside = state.making?.aside { return (aside, []) }
            let aside = try make()
            state.making?.aside = aside
            defer { (state.deferred, state.deferredBytes) = ([], 0) }
            return (aside, state.deferred)
        }
    }

    /// The chunks of a stretch that come as a patch, and the pieces that were named for it.
    ///
    /// - Throws: where nobody wanted them.
    func takePatched(
        _ stretch: Int, _ indices: Range<Int>
    ) throws -> (chunks: [Wanted], pieces: [(offset: UInt64, length: UInt32)]) {
        try monitor.change { state in
            let chunks = try indices.map { index in
                guard let chunk = state.wanted.removeValue(forKey: UInt64(stretch) << 16 | UInt64(index)) else {
                    throw ExchangeFault.hostile("a chunk that nobody wanted")
                }
                return chunk
            }
            guard var entry = state.pieces[stretch], entry.chunks >= indices.count else {
                throw ExchangeFault.hostile("a patch that nobody wanted")
            }
            entry.chunks -= indices.count
            state.pieces[stretch] = entry.chunks > 0 ? entry : nil
            return (chunks, entry.pieces)
        }
    }

    /// So many bytes came as a patch, of which so many had to be sent.
    func notePatch(of bytes: Int, literals: Int) {
        monitor.change { state in
            state.patched.bytes += UInt64(bytes)
            state.patched.literals += UInt64(literals)
        }
    }

    private func isComplete(_ state: inout State) -> Bool {
        guard !state.isGivenUp, state.total == state.done + state.deferredBytes,
            state.making != nil || action.isTold
        else {
            return false
        }
        state.isGivenUp = true
        return true
    }

    /// Nobody is to work on it any more.
    ///
    /// - Returns: whether this is the first to say so.
    func giveUp() -> Bool {
        monitor.change { state in
            defer { state.isGivenUp = true }
            return !state.isGivenUp
        }
    }
}
