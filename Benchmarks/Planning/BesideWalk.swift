import CRivals
import Yardsticks

/// Runs that find nothing changed, beside the fastest walk over the same entries.
enum BesideWalk {
    private static let threads: Int32 = 2

    private struct Unreadable: Error {}

    private static func walk(_ paths: [String]) throws {
        for path in paths {
            guard rival_walk(path, threads) >= 0 else { throw Unreadable() }
        }
    }

    /// A tree of empty files: what is measured never opens one.
    private static func tree(_ files: Int) throws -> SampleTree {
        try SampleTree(in: ScratchFolder(room: files << 12), files: files, of: 0)
    }

    /// A snapshot of a tree whose last one is as it is.
    static func snapshot(files: Int, threshold: Double, target: Double) -> Yardstick {
        Yardstick(
            "planning", "snapshot, nothing changed, \(files) files", against: "statx of every file",
            threshold: threshold, target: target
        ) {
            let tree = try tree(files)
            let vault = VaultRun(tree, workers: Int(threads), remembers: true)
            try vault.reset()
            try vault.run()
            // The first comparison is with what was written just now, and young stamps are not trusted.
            try vault.run()
            return .race(
                Race(
                    amount: Double(files), unit: .itemsPerSecond, pass: { try vault.run() },
                    limit: [Race.Step("walk") { try walk([tree.root]) }]))
        }
    }

    /// A sync of a tree with its copy.
    static func sync(files: Int, threshold: Double, target: Double) -> Yardstick {
        Yardstick(
            "planning", "sync, nothing changed, \(files) files", against: "statx of every file at both ends",
            threshold: threshold, target: target
        ) {
            let tree = try tree(files)
            let copy = TreeRun(tree, workers: Int(threads), remembers: true)
            try copy.run()
            try copy.run()
            return .race(
                Race(
                    amount: Double(files), unit: .itemsPerSecond, pass: { try copy.run() },
                    limit: [Race.Step("walk") { try walk([tree.root, copy.destination]) }]))
        }
    }

    /// An estimate of that sync.
    static func estimate(files: Int, threshold: Double, target: Double) -> Yardstick {
        Yardstick(
            "planning", "estimate of a sync, nothing changed, \(files) files",
            against: "statx of every file at both ends", threshold: threshold, target: target
        ) {
            let tree = try tree(files)
            let copy = TreeRun(tree, workers: Int(threads), remembers: true)
            try copy.run()
            try copy.run()
            return .race(
                Race(
                    amount: Double(files), unit: .itemsPerSecond, pass: { try copy.estimate() },
                    limit: [Race.Step("walk") { try walk([tree.root, copy.destination]) }]))
        }
    }
}
