internal import Content
internal import Hashing
internal import Model
internal import Storage

/// Looks at the refs and at all snapshots' blobs, and has each snapshot's tree walked.
struct SnapshotVerifier {
    let vault: Vault
    let log: DamageLog

    private var refs: [String: Ref] = [:]
    private var histories: [String: Kept] = [:]

    /// Looks at the refs and at what the histories have: what is committed later is for the next verification.
    init(vault: Vault, log: DamageLog) throws {
        (self.vault, self.log) = (vault, log)
        var refs: [String: Ref] = [:]
        try vault.refs.forEachKey { key in
            do {
                guard let ref = try vault.refs.read(key) else { return }
                refs[vault.keys.tag(of: ref.dataset)] = ref
            } catch let error as PerigeeError where error.code == .damaged || error.code == .format {
                log.note(.ref, at: key.text, error)
            }
        }
        histories = try follow(&refs)
        self.refs = refs
    }

    /// Reads the snapshots' blobs, and has `body` walk each snapshot's tree.
    func run(_ body: (Snapshot) throws -> Void) throws {
        let found = try snapshots(body)
        for (tag, ref) in refs {
            guard let newest = ref.newest, found[tag]?.contains(newest) != true else { continue }
            log.note(
                .snapshot, at: VaultLayout.snapshot(tag, newest).text,
                "\(ref.dataset) is at a snapshot that is missing or damaged", id: newest,
                hit: Damage.Hit(dataset: ref.dataset, snapshot: newest, path: "all of the snapshot"))
        }
        let datasets = UInt64(refs.count { $0.value.newest != nil })
        log.count { report, _ in report.datasets = datasets }
    }

    /// A dataset's snapshots as far as they are known.
    private struct Kept {
        var gaps = HistoryGaps()
        /// Those that are kept; nil where the history cannot be followed, so that all there are are looked at.
        var snapshots: Set<ContentID>?
    }

    /// By tag, which snapshots are kept, with the refs from which they are.
    private func follow(_ refs: inout [String: Ref]) throws -> [String: Kept] {
        var all: [String: Kept] = [:]
        for (tag, before) in refs {
            var kept = Kept()
            do {
                // The gaps hold for refs that are read after them.
                kept.gaps = try vault.gaps.read(before.dataset).gaps
                let ref = try vault.refs.read(before.dataset)?.ref ?? before
                refs[tag] = ref
                var history = History(vault.snapshots, dataset: ref.dataset, from: ref.newest, gaps: kept.gaps)
                var snapshots: Set<ContentID> = []
                while let snapshot = try history.next() { snapshots.insert(snapshot.id) }
                kept.snapshots = snapshots
            } catch let error as PerigeeError where [.damaged, .format, .limit].contains(error.code) {
                if error.place?.hasPrefix(VaultLayout.gapsPrefix) == true {
                    log.note(.gaps, at: VaultLayout.gaps(tag).text, error)
                }
            } catch let error as PerigeeError where error.code == .notFound {
                // Which one is missing is noted when all are listed.
            }
            all[tag] = kept
        }
        return all
    }

    /// Reads the blobs of all snapshots that are kept, and notes those that others name as their parents and that are
    /// not there.
    private func snapshots(_ body: (Snapshot) throws -> Void) throws -> [String: Set<ContentID>] {
        var areNew: [String: Bool] = [:]
        var found: [String: Set<ContentID>] = [:]
        var present: [String: Set<ContentID>] = [:]
        var parents: [(tag: String, dataset: String, id: ContentID)] = []
        try vault.store.listAll(VaultLayout.snapshotsPrefix).forEach { info in
            let parts = info.key.text.split(separator: "/")
            guard parts.count == 3, let id = ContentID(hex: parts[2]) else {
                log.note(.snapshot, at: info.key.text, "the blob is not named as a snapshot is")
                return
            }
            let tag = String(parts[1])
            present[tag, default: []].insert(id)
            // What was forgotten, or comes from a run that did not finish, may lack anything.
            if let kept = histories[tag]?.snapshots, !kept.contains(id) { return }
            if histories[tag] == nil {
                let isNew = areNew[tag] ?? isSound(refOf: tag)
                areNew[tag] = isNew
                if isNew { return }
            }
            guard let snapshot = try read(info.key, id, dataset: refs[tag]?.dataset ?? tag) else { return }
            found[tag, default: []].insert(id)
            let gaps = histories[tag]?.gaps ?? HistoryGaps()
            if let parent = gaps.follower(snapshot.parent) { parents.append((tag, snapshot.dataset, parent)) }
            log.count { report, _ in report.snapshots += 1 }
            try body(snapshot)
        }
        for (tag, dataset, id) in parents where present[tag]?.contains(id) != true {
            log.note(
                .snapshot, at: VaultLayout.snapshot(tag, id).text, "a snapshot of the history is missing", id: id,
                hit: Damage.Hit(dataset: dataset, snapshot: id, path: "all of the snapshot"))
        }
        return found
    }

    /// Whether there is a ref now, of a dataset that there was not when the histories were looked at.
    private func isSound(refOf tag: String) -> Bool { ((try? vault.refs.read(VaultLayout.ref(tag))) ?? nil) != nil }

    /// The snapshot in the blob `key`; nil, and noted, where it cannot be had.
    private func read(_ key: BlobKey, _ id: ContentID, dataset: String) throws -> Snapshot? {
        do {
            let snapshot = try vault.snapshots.read(key, id)
            guard vault.snapshots.key(snapshot.dataset, id) == key else {
                log.note(.snapshot, at: key.text, "the snapshot is of another dataset", id: id)
                return nil
            }
            return snapshot
        } catch let error as PerigeeError where [.damaged, .format, .key].contains(error.code) {
            let hit = Damage.Hit(dataset: dataset, snapshot: id, path: "all of the snapshot")
            log.note(.snapshot, at: key.text, error.message, id: id, hit: hit)
            return nil
        } catch let error as PerigeeError where error.code == .notFound {
            return nil
        }
    }
}
