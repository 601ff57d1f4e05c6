internal import Content
internal import Model
internal import Storage
internal import Synchronization

/// What the store said when a vault was opened with a ``VaultProspect``: what a session of writing, or the search for a
/// snapshot, would ask for first.
///
/// All is as it was when the vault was opened, in this order: state of garbage collection, ref, that state once more,
/// segments, packs. A session that begins with it is one that began with the first of these, so that the snapshot which the
/// ref names was in the history after it had begun; and the ref was read before the second, so that it may be moved as
/// ``VaultSession/commit(_:dataset:expecting:)`` says. It serves one session. Who only reads asks for what is said of
/// forgotten snapshots before the ref, since that holds for every newer one.
final class VaultLook: Sendable {
    /// What a session begins with.
    struct Beginning {
        let gc: BlobReply
        let ref: BlobReply
        let gcAfterRef: BlobReply
        let packs: [BlobInfo]
    }

    private struct State {
        var ref: BlobReply?
        var gaps: BlobReply?
        var beginning: Beginning?
        var snapshot: Snapshot?
    }

    let dataset: String
    /// The first segments of the index; all there are if they are less than ``BlobQuestion/pageMax``.
    let segments: [BlobInfo]
    private let state: Mutex<State>

    /// Asks `store` for all that `prospect` needs.
    init(_ prospect: VaultProspect, _ store: any BlobStore, _ refs: RefStore, _ gc: GcStore, _ rest: Reading) throws {
        dataset = prospect.dataset
        let ref = refs.question(dataset)
        let segments = BlobQuestion.list(VaultLayout.indexPrefix, after: nil, limit: BlobQuestion.pageMax)
        let packs = BlobQuestion.list(VaultLayout.packsPrefix, after: nil, limit: BlobQuestion.pageMax)
        var questions =
            prospect.writes
            ? [GcStore.question, ref, GcStore.question, segments, packs]
            : [rest.gaps.question(dataset), ref, segments]
        if let id = prospect.snapshot { questions.append(rest.snapshots.question(dataset, id)) }
        let replies = try store.replies(to: questions)
        var state = State()
        if prospect.writes {
            let (gc, ref, gcAfterRef) = (replies[0], replies[1], replies[2])
            self.segments = try replies[3].page()
            state.ref = ref
            state.beginning = Beginning(gc: gc, ref: ref, gcAfterRef: gcAfterRef, packs: try replies[4].page())
        } else {
            (state.gaps, state.ref, self.segments) = (replies[0], replies[1], try replies[2].page())
        }
        // Only a guess: whoever needs it and has not got it asks for it.
        if let id = prospect.snapshot {
            state.snapshot = try? rest.snapshots.found(replies[questions.count - 1], dataset, id)
        }
        self.state = Mutex(state)
    }

    /// Where snapshots and their gaps are read.
    struct Reading {
        let snapshots: SnapshotStore
        let gaps: GapStore
    }

    /// The ref of `dataset` as it was; nil where that is not known.
    func ref(of dataset: String) -> BlobReply? { dataset == self.dataset ? state.withLock { $0.ref } : nil }

    /// What is said of forgotten snapshots of `dataset`; nil where that is not known.
    func gaps(of dataset: String) -> BlobReply? { dataset == self.dataset ? state.withLock { $0.gaps } : nil }

    /// The snapshot `id`, if it is the one that was read last.
    func snapshot(_ id: ContentID) -> Snapshot? { state.withLock { $0.snapshot?.id == id ? $0.snapshot : nil } }

    /// Keeps a snapshot that was read.
    func keep(_ snapshot: Snapshot) { state.withLock { $0.snapshot = snapshot } }

    /// What a session begins with, for the first that asks; whoever gets nothing begins later, and nothing that was known
    /// before is known any more.
    func begin() -> Beginning? {
        let beginning = state.withLock { state in
            defer { state.beginning = nil }
            return state.beginning
        }
        if beginning == nil { end() }
        return beginning
    }

    /// Something was changed, or may have been: what is known is of no more use.
    func end() { state.withLock { ($0.ref, $0.gaps, $0.beginning) = (nil, nil, nil) } }
}
