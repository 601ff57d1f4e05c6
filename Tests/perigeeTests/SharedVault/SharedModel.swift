import Foundation
import Synchronization
import TestSupport

/// What must be in a vault that many use, whoever was killed: each snapshot whose run said that it was made, until somebody
/// has begun to forget it; and nothing but trees that were given to a run, each whole.
final class SharedModel: Sendable {
    /// What a tree holds: by name, which file of the pool.
    typealias Tree = [String: Int]

    /// A snapshot that is known to be there.
    struct Commit {
        let id: String
        let dataset: String
        let marker: String
    }

    private struct Known {
        var attempts: [String: (dataset: String, tree: Tree)] = [:]
        var commits: [String: Commit] = [:]
        var forgotten: Set<String> = []
        var failures: [String] = []
        var figures: [String: Int] = [:]
    }

    /// The file in each tree that tells which one it is.
    static let marker = "which"
    private let known = Mutex(Known())
    private let pool: [Data]

    /// A model of trees whose files are drawn from a pool: small ones, and some of several chunks.
    init(_ seed: inout Seed) {
        let sizes =
            (0..<9).map { _ in Int.random(in: 1...90_000, using: &seed) } + [300_000, 400_000, 700_000, 3_000_000]
        pool = sizes.map { Data(seed.bytes($0)) }
    }

    /// All that went wrong.
    var failures: [String] { known.withLock { $0.failures } }
    /// How often something happened, in the order of names.
    var figures: String {
        known.withLock { $0.figures }.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    func fail(_ text: String) { known.withLock { $0.failures.append(text) } }

    func count(_ what: String, _ count: Int = 1) { known.withLock { $0.figures[what, default: 0] += count } }

    func figure(_ what: String) -> Int { known.withLock { $0.figures[what] ?? 0 } }

    /// A tree that differs from `tree` in some files.
    func changed(_ tree: Tree, _ seed: inout Seed) -> Tree {
        var tree = tree
        for slot in 0..<12 {
            switch seed.next() % 10 {
            case 0: tree["f\(slot)"] = nil
            case 1...3: tree["d\(slot % 3)/f\(slot)"] = Int(seed.next() % UInt64(pool.count))
            case 4: tree["f\(slot)"] = Int(seed.next() % UInt64(pool.count))
            default: continue
            }
        }
        return tree
    }

    /// The files of the tree that a run is given for `dataset`; from now on a snapshot of it may appear there.
    func begin(_ marker: String, _ tree: Tree, for dataset: String) -> [String: Data] {
        known.withLock { $0.attempts[marker] = (dataset, tree) }
        return files(marker, tree)
    }

    private func files(_ marker: String, _ tree: Tree) -> [String: Data] {
        tree.mapValues { pool[$0] }.merging([Self.marker: Data(marker.utf8)]) { $1 }
    }

    /// A run has said that it made the snapshot `id` of the tree `marker`: from now on it must be there.
    func commit(_ id: String, _ marker: String) {
        known.withLock { known in
            guard let attempt = known.attempts[marker] else { return known.failures.append("\(id) is of no tree") }
            known.commits[id] = Commit(id: id, dataset: attempt.dataset, marker: marker)
        }
    }

    /// A snapshot that must be there, drawn from all.
    func anyCommit(_ seed: inout Seed) -> Commit? {
        known.withLock { known in
            known.commits.values.filter { !known.forgotten.contains($0.id) }.sorted { $0.id < $1.id }
        }.randomElement(using: &seed)
    }

    /// Somebody begins to forget a snapshot: it may be there or not from now on.
    func forget(_ id: String) { known.withLock { _ = $0.forgotten.insert(id) } }

    func isForgotten(_ id: String) -> Bool { known.withLock { $0.forgotten.contains(id) } }

    /// Holds a history against what is known, nobody being at work: what must be there is there, once.
    func check(_ dataset: String, lists ids: [String]) {
        known.withLock { known in
            let missing = known.commits.values.filter {
                $0.dataset == dataset && !known.forgotten.contains($0.id) && !ids.contains($0.id)
            }
            for commit in missing { known.failures.append("\(dataset) lacks \(commit.marker), \(commit.id)") }
            if Set(ids).count != ids.count { known.failures.append("\(dataset) lists a snapshot twice: \(ids)") }
        }
    }

    /// Holds what was restored of a snapshot against what its run was given.
    ///
    /// A snapshot that no run told of, since it was killed after its last step, counts from now on as one that must be
    /// there.
    func check(_ id: String, of dataset: String, holds found: [String: Data]) {
        let marker = found[Self.marker].map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
        guard let attempt = known.withLock({ $0.attempts[marker] }), attempt.dataset == dataset else {
            return fail("\(id) in \(dataset) is of \(marker), which nobody made there")
        }
        let given = files(marker, attempt.tree)
        if given != found {
            let paths = Set(given.keys).union(found.keys).filter { given[$0] != found[$0] }.sorted()
            fail("\(id), \(marker) in \(dataset), differs in \(paths)")
        }
        known.withLock { known in
            if known.commits[id] == nil {
                known.figures["snapshots of killed runs", default: 0] += 1
                known.commits[id] = Commit(id: id, dataset: dataset, marker: marker)
            }
            let twice = known.commits.values.contains { $0.marker == marker && $0.id != id }
            if twice { known.failures.append("\(marker) was committed twice, once as \(id)") }
        }
    }
}
