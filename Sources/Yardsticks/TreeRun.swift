internal import Model
internal import Replication

/// Moves a tree into a new folder.
///
/// For one thread.
public final class TreeRun {
    private let tree: SampleTree
    private let workers: Int
    private let state: StateFolder?
    private let verification: Verification
    /// Where the copy is.
    public let destination: String

    /// Moves of `tree` by so many workers; `remembers` where a run is to know what the one before saw, `verifies` where all
    /// that is written is to be read back and held against the source.
    public init(_ tree: SampleTree, workers: Int, remembers: Bool = false, verifies: Bool = false) {
        (self.tree, self.workers) = (tree, workers)
        verification = verifies ? .transferred : .none
        destination = tree.scratch.fresh("copy")
        state = remembers ? StateFolder(path: tree.scratch.fresh("state")) : nil
    }

    /// Removes what the last run made.
    public func reset() throws { try tree.scratch.remove(destination) }

    /// Makes the copy like the tree.
    public func run() throws {
        var report = RunReport(verb: "sync", source: tree.root, destination: destination)
        var options = SyncOptions()
        options.verification = verification
        try TreeSync(
            source: tree.root, destination: destination,
            pair: EndpointPair(source: tree.root, destination: destination), options: options,
            context: RunContext(threads: workers, state: state)
        ).run(&report)
        guard report.failures.isEmpty else { throw PerigeeError(.io, "not all files were read", at: tree.root) }
    }

    /// Says what a run would move.
    public func estimate() throws {
        var report = EstimateReport(source: tree.root, destination: destination)
        try Estimator(
            source: tree.root, destination: destination,
            pair: EndpointPair(source: tree.root, destination: destination),
            context: RunContext(threads: workers, state: state)
        ).run(&report)
        guard report.failures.isEmpty else { throw PerigeeError(.io, "not all files were read", at: tree.root) }
    }
}
