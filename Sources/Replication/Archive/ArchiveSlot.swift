internal import Model
internal import Vault
internal import Workers

/// What is to be done for one path.
enum ArchiveItem: Sendable {
    /// Nothing: the entry is as it was, and so is the file; the number is that of its entry in the old record.
    case known(Entry, FileState, record: Int)
    /// Nothing: a whole leaf of the snapshot is as it was.
    case leaf(KnownLeaf)
    /// Its attributes are to be completed, and a file's bytes to be read; `previous` is what is kept if that fails, and
    /// `group` what the names of one file have in common where it has several.
    case look(ScannedEntry, group: UInt64?, previous: Entry?)
    /// A further name of a file whose first name came earlier.
    case link(ScannedEntry, HardLinks.Name, previous: Entry?)
    /// Kept as it was although it could not be seen.
    case kept(Entry)

    /// How many paths it stands for.
    var pathCount: Int { if case .leaf(let known) = self { Int(known.counts.scanned) + known.folders } else { 1 } }
}

/// What came of looking at one path.
struct ArchiveLook: Sendable {
    /// The entry, complete but for its content.
    var entry: Entry
    /// The file's chunks in order; none for large files, whose stretches tell them.
    var chunks: [ChunkReference] = []
    /// What the file looked like when it was read; nil where that would prove nothing later.
    var state: FileState?
}

/// Some neighbouring paths: the unit that is handed to a worker, and whose results go on in order.
final class ArchiveSlot: Sendable {
    /// How many paths a slot has at most.
    static let itemsMax = 256
    /// How many bytes of files a slot has at most, unless it has one file only.
    static let bytesMax: UInt64 = 2 << 20

    private struct State {
        var looks: [ArchiveLook?]
        var isDone: Bool
        var failure: (any Error)?
    }

    /// The paths in order.
    let items: [ArchiveItem]
    /// Where the slot is one file that several workers read.
    let large: LargeFile?
    private let state: Monitor<State>

    /// A slot; done from the start where there is nothing to look at.
    init(_ items: [ArchiveItem], large: LargeFile? = nil) {
        self.items = items
        self.large = large
        let needsWork = items.contains { if case .look = $0 { true } else { false } }
        state = Monitor(
            State(looks: Array(repeating: nil, count: items.count), isDone: large != nil || !needsWork, failure: nil))
    }

    /// Whether a worker has to look at it.
    var needsWork: Bool { large != nil || state.read { !$0.isDone } }

    /// Hands over what came of each item; nil for those that need no look or failed.
    func finish(_ looks: [ArchiveLook?]) {
        state.change { state in
            state.looks = looks
            state.isDone = true
        }
    }

    /// Ends whoever waits for the slot, or for its large file.
    func fail(_ error: any Error) {
        large?.fail(error)
        state.change { $0.failure = error }
    }

    /// The results, after waiting for them.
    func wait() throws -> [ArchiveLook?] {
        try state.wait { state in
            if let failure = state.failure { throw failure }
            return state.isDone ? state.looks : nil
        }
    }
}
