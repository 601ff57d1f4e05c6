internal import Content
internal import Hashing
internal import Model
internal import Synchronization

/// What a verification has found so far, for all its threads; keeps a bounded part of it and counts the rest.
final class DamageLog: Sendable {
    /// The most damaged records and packs whose files are looked for.
    static let tracedMax = 1 << 16

    private struct State {
        var report = VerifyReport()
        var places: [String: Int] = [:]
        var records: [ContentID: String] = [:]
        var packs: [Digest: String] = [:]
        // By place, what is wrong with packs that are damaged only if a snapshot needs them.
        var suspects: [String: String] = [:]
        // By the damage's index, what it was last found to hit.
        var lastHits: [Int: Damage.Hit] = [:]
        var progress = VerifyProgress()
    }

    private let state = Mutex(State())
    private let isTracing = Atomic(false)
    private let onProgress: (@Sendable (VerifyProgress) -> Void)?

    init(onProgress: (@Sendable (VerifyProgress) -> Void)?) { self.onProgress = onProgress }

    /// The report as it stands.
    var report: VerifyReport { state.withLock { $0.report } }

    /// Adds to what was looked at.
    func count(_ body: @Sendable (inout VerifyReport, inout VerifyProgress) -> Void) {
        let progress = state.withLock { state in
            body(&state.report, &state.progress)
            state.progress.damages = state.report.damageCount
            return state.progress
        }
        onProgress?(progress)
    }

    /// Notes that `part` at `place` is damaged, and what it hits; damages of one place count once.
    func note(_ part: Damage.Part, at place: String, _ problem: String, id: ContentID? = nil, hit: Damage.Hit? = nil) {
        state.withLock { state in
            if part == .pack || part == .record, let pack = VaultLayout.pack(in: place),
                state.report.hurtPacks.count < VerifyReport.hurtPacksMax
            {
                state.report.hurtPacks.insert(pack)
            }
            if state.places[place] == nil {
                state.report.damageCount += 1
                guard state.report.damages.count < VerifyReport.damagesMax else { return }
                state.places[place] = state.report.damages.count
                state.report.damages.append(Damage(part: part, place: place, problem: problem, id: id))
            }
            if let hit { Self.add(hit, at: place, &state) }
        }
    }

    /// Notes what `error` says; its own place goes before `place`.
    func note(_ part: Damage.Part, at place: String, _ error: any Error, hit: Damage.Hit? = nil) {
        let known = error as? PerigeeError
        note(part, at: known?.place ?? place, known?.message ?? "\(error)", hit: hit)
    }

    /// Notes a record that does not open, so that the files that need it can be named.
    func noteRecord(_ id: ContentID, at place: String, _ problem: String) {
        note(.record, at: place, problem, id: id)
        isTracing.store(true, ordering: .relaxed)
        state.withLock { if $0.records.count < Self.tracedMax { $0.records[id] = place } }
    }

    /// Notes a pack that cannot be read at all; with `onlyIfHit`, once a snapshot turns out to need it.
    func notePack(_ name: Digest, at place: String, _ problem: String, onlyIfHit: Bool = false) {
        if onlyIfHit {
            state.withLock { if $0.suspects.count < Self.tracedMax { $0.suspects[place] = problem } }
        } else {
            note(.pack, at: place, problem)
        }
        isTracing.store(true, ordering: .relaxed)
        state.withLock { if $0.packs.count < Self.tracedMax { $0.packs[name] = place } }
    }

    /// Whether any record or pack is known to be unreadable.
    var mayHit: Bool { isTracing.load(ordering: .relaxed) }

    /// Adds `hit` to the damage that makes `id`, which lies in `pack`, unreadable; false where there is none.
    func hits(_ id: ContentID, in pack: Digest, _ hit: Damage.Hit) -> Bool {
        state.withLock { state in
            guard let place = state.records[id] ?? state.packs[pack] else { return false }
            if let problem = state.suspects.removeValue(forKey: place), state.places[place] == nil {
                state.report.damageCount += 1
                if state.report.hurtPacks.count < VerifyReport.hurtPacksMax { state.report.hurtPacks.insert(pack) }
                if state.report.damages.count < VerifyReport.damagesMax {
                    state.places[place] = state.report.damages.count
                    state.report.damages.append(Damage(part: .pack, place: place, problem: problem, id: nil))
                }
            }
            Self.add(hit, at: place, &state)
            return true
        }
    }

    /// Adds `hit` once: the chunks of a file come one right after the other, so those that say the same follow each other.
    private static func add(_ hit: Damage.Hit, at place: String, _ state: inout State) {
        guard let index = state.places[place], state.lastHits[index] != hit else { return }
        state.lastHits[index] = hit
        state.report.damages[index].hitCount += 1
        if state.report.damages[index].hits.count < Damage.hitsMax { state.report.damages[index].hits.append(hit) }
    }
}
