import Content
import Hashing
import Model
import Storage
import Synchronization
import TestSupport
import Vault
import Workers

/// A vault that writers, a reader, two that forget and gcs use at once, request by request in an order drawn from
/// a seed, and a model that knows what must be in it.
final class GcModel: Sendable {
    private struct Known {
        /// What the snapshot with this text as its source holds.
        var files: [String: [String: [UInt8]]] = [:]
        /// Sources of the snapshots whose commit returned, by dataset.
        var committed: [String: Set<String>] = [:]
        /// Sources of snapshots that somebody has begun to forget.
        var forgotten: Set<String> = []
        var failures: [String] = []
        var commits = 0
        var deletedPacks = 0
        var reads = 0
        var opened: [Int: Int] = [:]
    }

    static let datasets = ["one", "two"]
    let store = MemoryStore()
    private let seed: Seed
    private let stage: Stage
    private let known = Mutex(Known())
    private let pool: [[UInt8]]
    private let roles: [@Sendable (GcModel, Int, inout Seed) throws -> Void]

    /// - Parameter kills: whether actors may be killed.
    init(_ value: UInt64, kills: Bool) throws {
        var seed = Seed(value)
        pool = (0..<10).map { _ in seed.bytes(Int.random(in: 1...900, using: &seed)) }
        roles = [
            { try $0.write($1, &$2) }, { try $0.write($1, &$2) }, { try $0.collect($1, &$2) },
            { try $0.forget($1, &$2) }, { try $0.read($1, &$2) }, { try $0.collect($1, &$2) },
            { try $0.forget($1, &$2) },
        ]
        stage = Stage(seed, actors: roles.count, killOneIn: kills ? 300 : 0)
        self.seed = seed
        _ = try Vault.create(
            at: store, secret: VaultFixture.secret,
            options: VaultOptions(chunker: .standard, keyCost: .trivial, environment: environment(99)))
    }

    /// Time from the stage, and random bytes that repeat from run to run and never within one.
    private func environment(_ actor: Int) -> VaultEnvironment {
        var place = Seed(seed.value &* 31 &+ UInt64(actor))
        let opened = known.withLock { known in
            known.opened[actor, default: 0] += 1
            return known.opened[actor] ?? 0
        }
        let bytes = Monitor(Seed(place.next() &+ UInt64(opened) &* 0x1_0000_0001))
        let stage = self.stage
        return VaultEnvironment(
            now: { stage.now },
            fillRandom: { buffer in
                let drawn = bytes.read { $0.bytes(buffer.count) }
                buffer.copyBytes(from: drawn)
            }, nonces: { DrawnNonces(bytes) })
    }

    private func open(_ actor: Int, for prospect: VaultProspect? = nil) throws -> Vault {
        try Vault.open(
            at: StagedStore(store, stage, actor: actor), secret: VaultFixture.secret, for: prospect,
            environment: environment(actor))
    }

    private func fail(_ text: String) { known.withLock { $0.failures.append(text) } }

    /// Runs all actors to their end, then looks whether the vault holds what the model knows.
    func run() throws -> (failures: [String], commits: Int, deletedPacks: Int) {
        try Crew.run(roles.count) { actor in
            defer { stage.leave(actor) }
            var seed = Seed(self.seed.value &+ UInt64(actor) &* 7919)
            do {
                try roles[actor](self, actor, &seed)
            } catch let error as PerigeeError where error.message == Stage.killed.message {
                // Killed.
            }
        }
        try check("at the end")
        let vault = try Vault.open(at: store, secret: VaultFixture.secret)
        do {
            for _ in 0..<2 { _ = try vault.collectGarbage(GcOptions(grace: 0)) }
            try check("after a last gc")
            let rest = try vault.collectGarbage(GcOptions(grace: 0, isDryRun: true))
            if rest.condemned.count > 0 || rest.waiting.count > 0 { fail("a last gc left garbage: \(rest)") }
        } catch {
            fail("a last gc ended with \(error)")
        }
        return known.withLock { ($0.failures, $0.commits, $0.deletedPacks) }
    }

    private func check(_ when: String) throws {
        let vault = try Vault.open(at: store, secret: VaultFixture.secret)
        let report = try vault.verify(VerifyOptions(level: .data, threads: 1))
        if !report.isSound { fail("\(when): \(report.damages.map { "\($0.place): \($0.problem)" })") }
        for dataset in Self.datasets {
            var sources: Set<String> = []
            do {
                var history = try vault.history(dataset)
                while let snapshot = try history.next() {
                    sources.insert(snapshot.source)
                    let files = try VaultFixture.files(of: snapshot, in: vault)
                    if files != known.withLock({ $0.files[snapshot.source] }) {
                        fail("\(when): \(snapshot.source) does not hold what was committed")
                    }
                }
            } catch {
                fail("\(when): \(dataset) cannot be read: \(error)")
            }
            let lost = known.withLock { ($0.committed[dataset] ?? []).subtracting($0.forgotten) }.subtracting(sources)
            if !lost.isEmpty { fail("\(when): \(dataset) lacks \(lost.sorted())") }
        }
    }
}

// What the actors do.
extension GcModel {
    /// Commits snapshots of files drawn from a pool, some of them taken over from the snapshot before.
    private func write(_ actor: Int, _ seed: inout Seed) throws {
        for round in 0..<3 {
            let dataset = Self.datasets[Int.random(in: 0..<Self.datasets.count, using: &seed)]
            let source = "\(actor).\(round)"
            do {
                try commit(dataset, source, actor, &seed)
                known.withLock { known in
                    known.committed[dataset, default: []].insert(source)
                    known.commits += 1
                }
            } catch let error as PerigeeError where [.conflict, .damaged, .notFound].contains(error.code) {
                // What was found to be there was deleted before it was committed: said, and nothing is lost.
            }
        }
    }

    private func commit(_ dataset: String, _ source: String, _ actor: Int, _ seed: inout Seed) throws {
        // Some open the vault for what they are about to do, and begin with what was found then.
        let prospect = VaultProspect(dataset: dataset, writes: true)
        let vault = try open(actor, for: Bool.random(using: &seed) ? prospect : nil)
        let session = try vault.beginWriting(.stored)
        let writer = try session.chunkWriter()
        let pages = try session.pageSink()
        let base = try base(vault, dataset, &seed)
        var files: [String: [UInt8]] = [:]
        var tree = EntryTreeBuilder(sink: pages)
        for index in 0..<6 {
            let path = "f\(index)"
            if let (entry, bytes) = base[path], Bool.random(using: &seed) {
                try tree.add(entry)
                files[path] = bytes
            } else {
                let bytes = pool[Int.random(in: 0..<pool.count, using: &seed)]
                try tree.add(VaultFixture.entry(path, bytes, 300, writer, pages))
                files[path] = bytes
            }
        }
        let root = try tree.finish()
        try writer.finish()
        try pages.finish()
        let all = files
        known.withLock { $0.files[source] = all }
        var draft = VaultFixture.draft(root)
        draft.source = source
        draft.created = stage.now
        _ = try session.commit(draft, dataset: dataset, expecting: nil)
    }

    /// The entries of the newest snapshot, which a run takes over without reading the files, as an archiver does.
    private func base(
        _ vault: Vault, _ dataset: String, _ seed: inout Seed
    ) throws -> [String: (entry: Entry, bytes: [UInt8])] {
        guard Bool.random(using: &seed), let latest = try vault.latest(dataset) else { return [:] }
        let files = known.withLock { $0.files[latest.source] } ?? [:]
        var base: [String: (entry: Entry, bytes: [UInt8])] = [:]
        var cursor = EntryCursor(latest.tree, source: try vault.pages())
        while let entry = try cursor.next() {
            let path = entry.path.description
            base[path] = files[path].map { (entry, $0) }
        }
        return base
    }

    /// Cleans a few times, with and without grace.
    private func collect(_ actor: Int, _ seed: inout Seed) throws {
        for _ in 0..<3 {
            let vault = try open(actor)
            do {
                let grace = Double([0, 0, 40, 400].randomElement(using: &seed) ?? 0)
                let report = try vault.collectGarbage(
                    GcOptions(grace: grace, compactsAbove: Bool.random(using: &seed) ? 0.3 : nil))
                known.withLock { $0.deletedPacks += Int(report.deleted.count) }
            } catch let error as PerigeeError where [.conflict, .notFound].contains(error.code) {
                // Another gc was first.
            } catch let error as PerigeeError where error.message != Stage.killed.message {
                fail("a gc ended with \(error)")
            }
        }
    }

    private func forget(_ actor: Int, _ seed: inout Seed) throws {
        for _ in 0..<4 {
            let vault = try open(actor)
            let dataset = Self.datasets[Int.random(in: 0..<Self.datasets.count, using: &seed)]
            var ids: Set<ContentID> = []
            var history = try vault.history(dataset)
            do {
                while let snapshot = try history.next() {
                    guard Bool.random(using: &seed) else { continue }
                    ids.insert(snapshot.id)
                    known.withLock { _ = $0.forgotten.insert(snapshot.source) }
                }
                try vault.forget(ids, of: dataset, allowsEmpty: true)
            } catch let error as PerigeeError where [.notFound, .conflict].contains(error.code) {
                // There was none, or a gc has deleted what somebody else has forgotten.
            }
        }
    }

    /// Reads snapshots with a vault that stays open, and so with an index that grows old.
    private func read(_ actor: Int, _ seed: inout Seed) throws {
        let vault = try open(actor)
        for _ in 0..<6 {
            let dataset = Self.datasets[Int.random(in: 0..<Self.datasets.count, using: &seed)]
            guard let snapshot = try vault.latest(dataset) else { continue }
            do {
                let files = try VaultFixture.files(of: snapshot, in: vault)
                known.withLock { $0.reads += 1 }
                if files != known.withLock({ $0.files[snapshot.source] }) { fail("a reader got other bytes") }
            } catch let error as PerigeeError where error.message != Stage.killed.message {
                let isForgotten = known.withLock { $0.forgotten.contains(snapshot.source) }
                if !isForgotten { fail("a reader of \(snapshot.source) met \(error)") }
            }
        }
    }
}

/// Nonces from a generator of numbers that repeats.
private final class DrawnNonces: NonceSource {
    private let bytes: Monitor<Seed>

    init(_ bytes: Monitor<Seed>) { self.bytes = bytes }

    func next() -> Nonce { bytes.read { $0.bytes(Nonce.byteCount) }.withUnsafeBytes { Nonce($0) } }
}
