import Foundation
import TestSupport
import Workers

/// A vault that writers, readers, somebody who forgets and gcs use at once, as programs of which some are killed.
struct SharedUse {
    /// Each name is a machine.
    private static let machines = [
        "writer-1", "writer-2", "mover", "forgetter", "collector-1", "collector-2", "reader",
    ]
    private static let datasets = ["one", "two"]
    /// How many runs each machine makes before all wait and the vault is looked through.
    private static let runs = 4

    let place: SharedPlace
    let model: SharedModel
    private let seed: Seed

    /// A use of the vault at `place`, which `seed` stands for.
    init(_ place: SharedPlace, _ seed: Seed) {
        var drawn = seed
        model = SharedModel(&drawn)
        (self.place, self.seed) = (place, seed)
    }

    /// So many rounds of use, each with a look through all of the vault at its end, and a last gc; until something is wrong.
    func run(rounds: Int) throws {
        for round in 0..<rounds where model.failures.isEmpty {
            try Crew.run(Self.machines.count) { index in
                var seed = Seed(self.seed.value &+ UInt64(round * Self.machines.count + index) &* 7919)
                try work(on: Self.machines[index], round, &seed)
            }
            try check("in round \(round)")
        }
        if model.failures.isEmpty { try end() }
    }

    private func work(on machine: String, _ round: Int, _ seed: inout Seed) throws {
        var (tree, typical) = (model.changed([:], &seed), 0.3)
        for run in 0..<Self.runs {
            let marker = "\(machine) \(round).\(run)"
            // A third of the runs are killed, at any time of their life.
            let share = Double(seed.next() % 1000) / 1000
            let life: Double? = seed.next() % 3 == 0 ? share * 1.1 * typical : nil
            let done: SharedPlace.Run?
            switch machine {
            case "forgetter": done = try forget(life, &seed)
            case "collector-1", "collector-2": done = try collect(machine, life, &seed)
            case "reader": done = try read(life, "\(round).\(run)", &seed)
            default:
                tree = model.changed(tree, &seed)
                done = try write(machine, marker, tree, life, &seed)
            }
            if let done, !done.isKilled { typical = done.seconds }
            if done?.isKilled == true { model.count("kills of a \(machine.prefix { $0 != "-" })") }
        }
    }

    /// Makes a snapshot, straight from a folder or by way of a vault of the machine's own.
    private func write(
        _ machine: String, _ marker: String, _ tree: SharedModel.Tree, _ life: Double?, _ seed: inout Seed
    ) throws -> SharedPlace.Run {
        let dataset = machine == "writer-2" ? "two" : "one"
        let folder = place.scratch.path("tree-\(machine)")
        try? FileManager.default.removeItem(atPath: folder)
        for (name, bytes) in model.begin(marker, tree, for: dataset) {
            try place.scratch.write("tree-\(machine)/\(name)", bytes)
        }
        var source = folder
        if machine == "mover" {
            let own = "vault:\(place.scratch.path("vault-\(machine)"))"
            _ = try place.run(["init", own], on: machine)
            source = "\(own)#moved"
            let made = try place.run(["snapshot", folder, source], on: machine)
            if !made.isDone { model.fail(made.text) }
        }
        let verb = machine == "mover" || seed.next() % 2 == 0 ? "sync" : "snapshot"
        let run = try place.run([verb, source, place.endpoint(dataset)], on: machine, killedAfter: life)
        if run.isDone, let id = run.document["snapshot"] as? String {
            model.commit(id, marker)
            model.count("snapshots")
        } else if run.code == "conflict" {
            // A gc has deleted what it relied on: it says so, and nothing is lost.
            model.count("snapshots given up")
        } else if !run.isKilled {
            model.fail(run.text)
        }
        return run
    }

    /// Forgets some snapshots, one by one, so that about as many go as come.
    private func forget(_ life: Double?, _ seed: inout Seed) throws -> SharedPlace.Run? {
        var last: SharedPlace.Run?
        for _ in 0..<3 where last?.isKilled != true {
            guard let commit = model.anyCommit(&seed) else { break }
            model.forget(commit.id)
            let run = try place.run(
                ["forget", place.endpoint(commit.dataset, commit.id), "--allow-empty"], on: "forgetter",
                killedAfter: life)
            if run.isDone { model.count("snapshots forgotten") } else if !run.isKilled { model.fail(run.text) }
            last = run
        }
        return last
    }

    private func collect(_ machine: String, _ life: Double?, _ seed: inout Seed) throws -> SharedPlace.Run {
        let grace = ["0", "0", "1s"].randomElement(using: &seed) ?? "0"
        let compacts = seed.next() % 2 == 0 ? ["--compact-above", "20%"] : []
        let run = try place.run(["gc", place.vault, "--grace", grace] + compacts, on: machine, killedAfter: life)
        if run.isDone {
            model.count("gcs")
            model.count("packs deleted", run.packs("deleted"))
            model.count("packs compacted", run.packs("compacted"))
        } else if run.code == "conflict" {
            model.count("gcs overtaken")
        } else if !run.isKilled {
            model.fail(run.text)
        }
        return run
    }

    /// Restores a snapshot that must be there while all others are at work, or looks whether anything is damaged.
    private func read(_ life: Double?, _ name: String, _ seed: inout Seed) throws -> SharedPlace.Run? {
        guard seed.next() % 4 != 0, let commit = model.anyCommit(&seed) else {
            let run = try place.run(["verify", place.vault], on: "reader", killedAfter: life)
            if run.isDone { model.count("verifications") } else if !run.isKilled { model.fail(run.text) }
            return run
        }
        return try restore(commit.id, of: commit.dataset, to: "reading-\(name)", on: "reader", life)
    }

    /// Restores a snapshot, and holds it against what its run was given.
    @discardableResult
    private func restore(
        _ id: String, of dataset: String, to name: String, on machine: String, _ life: Double? = nil
    ) throws -> SharedPlace.Run {
        let folder = place.scratch.path(name)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try place.run(["restore", place.endpoint(dataset, id), folder], on: machine, killedAfter: life)
        if run.isDone {
            model.check(id, of: dataset, holds: try Self.files(folder))
            model.count("restores")
        } else if !run.isKilled, !model.isForgotten(id) {
            model.fail(run.text)
        }
        return run
    }

    private static func files(_ folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let path = "\(folder)/\(name)"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
        }
        return files
    }
}

// What the vault is held against while nobody is at work.
extension SharedUse {
    /// Every byte of the vault is sound, each history has what it must have, and each snapshot is whole.
    private func check(_ when: String) throws {
        let sound = try place.run(["verify", place.vault, "--data"], on: "checker")
        if !sound.isDone { model.fail("\(when): \(sound.text)") }
        for dataset in Self.datasets {
            let log = try place.run(["log", place.endpoint(dataset)], on: "checker")
            // Before the first snapshot there is none.
            guard log.isDone || log.code == "not_found" else { return model.fail("\(when): \(log.text)") }
            let ids = (log.document["snapshots"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
            model.check(dataset, lists: ids)
            for id in ids { try restore(id, of: dataset, to: "checked", on: "checker") }
        }
    }

    /// A last gc leaves nothing behind, and all that must be there.
    private func end() throws {
        for _ in 0..<2 {
            let run = try place.run(["gc", place.vault, "--grace", "0"], on: "checker")
            if run.isDone {
                model.count("packs deleted", run.packs("deleted"))
            } else {
                model.fail("at the end: \(run.text)")
            }
        }
        let rest = try place.run(["gc", place.vault, "--grace", "0", "--dry-run"], on: "checker")
        if rest.packs("condemned") != 0 || rest.packs("waiting") != 0 { model.fail("garbage is left: \(rest.text)") }
        try check("at the end")
    }
}
