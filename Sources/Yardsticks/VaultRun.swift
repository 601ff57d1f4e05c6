internal import Model
internal import Replication
internal import Storage
internal import Vault

/// Moves a tree into a new vault.
///
/// For one thread.
public final class VaultRun {
    private let tree: SampleTree
    private let workers: Int
    private let folder: String
    private let state: StateFolder?
    private var vault: Vault?

    /// Moves of `tree` by so many workers; `remembers` where a run is to know what the one before saw.
    public init(_ tree: SampleTree, workers: Int, remembers: Bool = false) {
        (self.tree, self.workers) = (tree, workers)
        folder = tree.scratch.fresh("vault")
        state = remembers ? StateFolder(path: tree.scratch.fresh("state")) : nil
    }

    /// Makes an empty vault in place of the last one.
    public func reset() throws {
        vault = nil
        try tree.scratch.remove(folder)
        let store = try DirectoryStore(path: folder, create: true)
        vault = try Vault.create(
            at: store, secret: .keyFile([UInt8](repeating: 1, count: Secret.keyFileBytesMin)),
            options: VaultOptions(keyCost: .trivial))
    }

    /// Makes a snapshot.
    public func run() throws {
        guard let vault else { return }
        var report = RunReport(verb: "snapshot", source: tree.root, destination: folder)
        try Archiver(
            root: tree.root, vault: vault, dataset: "bench",
            pair: EndpointPair(source: tree.root, destination: folder),
            context: RunContext(threads: workers, state: state)
        ).run(&report)
        guard report.failures.isEmpty else { throw PerigeeError(.io, "not all files were read", at: tree.root) }
    }
}
