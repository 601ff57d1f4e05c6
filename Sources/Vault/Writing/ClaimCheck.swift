internal import Content

/// One thread's way to ask whether an ID is known, with its own hold on the index, so that threads share no lock for
/// it.
struct ClaimCheck {
    private let session: VaultSession
    private let index: VaultIndex
    private let inFlight: InFlightSet
    private var view: IndexView
    private var generation: UInt64

    init(_ session: VaultSession) {
        self.session = session
        index = session.index
        inFlight = session.inFlight
        generation = index.generation
        view = index.view
    }

    /// Whether a segment lists `id`, or somebody in the session has claimed it.
    mutating func isKnown(_ id: ContentID) -> Bool {
        let key = IndexKey(id)
        // In flight first: what leaves the set is in a segment by then.
        if inFlight.contains(key) { return true }
        refresh()
        return view.contains(key)
    }

    /// Claims `id`, which the caller then owes the session; false where a segment lists it or somebody in the session
    /// has claimed it.
    mutating func claim(_ id: ContentID) -> Bool {
        let key = IndexKey(id)
        while true {
            refresh()
            if view.contains(key) { return false }
            let generation = self.generation
            // A segment that came in between may list the ID, which then is in flight no more: look again.
            if let isNew = inFlight.insert(key, isCurrent: { index.generation == generation }) {
                if isNew { session.claimed() }
                return isNew
            }
        }
    }

    private mutating func refresh() {
        let now = index.generation
        guard now != generation else { return }
        generation = now
        view = index.view
    }
}
