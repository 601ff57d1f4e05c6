internal import ArgumentParser
internal import Content
internal import Files
internal import Model
internal import Replication
internal import Storage
internal import Vault
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The runs behind the moving verbs.
enum Moves {
    /// What a run needs from outside.
    static func runContext(
        _ context: Context, _ progress: Progress, limit: TokenBucket? = nil
    ) -> RunContext {
        RunContext(
            state: StateFolder(path: context.options.stateFolder), progress: progress, stop: context.stop,
            limit: limit)
    }

    /// Runs `body` for `pair`: its report shows what was expected beside what happened, and both are remembered, with what
    /// they say of the link between.
    static func recorded(
        _ report: inout RunReport, _ pair: EndpointPair, _ wishes: RunWishes, _ run: RunContext, _ context: Context,
        _ body: (inout RunReport) throws -> Void
    ) throws {
        let ledger = Ledger(state: run.state, pair: pair)
        try body(&report)
        let expected = ledger.expectation(for: RunBasis(wishes, report))
        (report.estimate, report.isEstimateAsked) = (expected?.estimate, expected?.isAsked ?? false)
        let end = run.now()
        TransferBook(context).record(&report, isAsked: report.isEstimateAsked, at: end)
        do {
            try ledger.record(report: report, at: end)
        } catch {
            // The run itself is done; what is lost is a better estimate of the next one.
            report.warnNotKept(error)
        }
    }

    /// `path` as it is written from the root, links resolved: the name under which it is remembered.
    static func absolute(_ path: String) -> String { HostPath.resolved(path) }

    /// The name under which a dataset is remembered.
    static func name(_ place: Endpoint.VaultPlace, _ dataset: String) -> String {
        guard case .folder(let path) = place else { return "\(place)#\(dataset)" }
        return "\(Endpoint.VaultPlace.folder(path: absolute(path)))#\(dataset)"
    }

    /// Refuses a path that is not a folder, with a remedy.
    static func checkIsFolder(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw posixError(errno, "cannot look at the folder", path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw PerigeeError(.usage, "it is not a folder", at: path, remedy: "name the folder that it lies in")
        }
    }
}
