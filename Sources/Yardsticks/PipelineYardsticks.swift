internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Replication
internal import Storage
internal import Vault
public import Workers

/// How fast whole trees are moved.
public enum PipelineYardsticks {
    /// What `perigee bench` shows.
    public static func all(in folder: String?) -> [Yardstick] {
        [
            intoVault(bytes: 128 << 20, workers: Crew.processors, in: folder),
            betweenTrees(files: 8, of: 16 << 20, in: folder),
            betweenTrees(files: 4096, of: 4096, in: folder),
        ]
    }

    /// A tree of files of 16 MiB, which nothing shrinks, into a new vault; beside the parts of that work, each done by
    /// itself to as many bytes by as many threads.
    public static func intoVault(
        bytes: Int, workers: Int, in folder: String?, threshold: Double? = nil, target: Double? = nil
    ) -> Yardstick {
        Yardstick(
            "pipeline", "tree into a vault, \(bytes.byteText), \(workers) worker\(workers == 1 ? "" : "s")",
            against: "its parts one after another", threshold: threshold, target: target
        ) {
            let scratch = try ScratchFolder(in: folder, room: 4 * bytes)
            let tree = try SampleTree(in: scratch, files: bytes >> 24, of: 16 << 20)
            let parts = try PipelineParts(tree, workers: workers)
            let vault = VaultRun(tree, workers: workers)
            return .race(
                Race(
                    amount: Double(bytes),
                    prepare: {
                        try vault.reset()
                        try parts.reset()
                    },
                    pass: { try vault.run() }, limit: parts.steps))
        }
    }

    /// A tree into a new folder, beside `cp -r`, which checks nothing; `verifies` where all is read back and compared.
    public static func betweenTrees(
        files: Int, of fileBytes: Int, workers: Int = Crew.processors, verifies: Bool = false, in folder: String?,
        threshold: Double? = nil, target: Double? = nil
    ) -> Yardstick {
        let bytes = files * fileBytes
        let isSmall = fileBytes < 1 << 20
        return Yardstick(
            "pipeline",
            "tree into a folder, \(Quantity.grouped(files)) files of \(fileBytes.byteText)"
                + ", \(workers) worker\(workers == 1 ? "" : "s")" + (verifies ? ", every byte verified" : ""),
            against: "cp -r", threshold: threshold, target: target
        ) {
            let scratch = try ScratchFolder(in: folder, room: 4 * bytes)
            let tree = try SampleTree(in: scratch, files: files, of: fileBytes)
            let copy = TreeRun(tree, workers: workers, verifies: verifies)
            return .race(
                Race(
                    amount: Double(isSmall ? files : bytes), unit: isSmall ? .itemsPerSecond : .bytesPerSecond,
                    prepare: { try copy.reset() }, pass: { try copy.run() },
                    limit: [Race.Step("cp -r") { try Command.run("cp", "-r", tree.root, copy.destination) }]))
        }
    }
}
