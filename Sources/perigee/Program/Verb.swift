internal import ArgumentParser

/// A verb of the command line: one verb, one file.
protocol Verb: ParsableCommand {
    /// What every verb takes.
    var global: GlobalOptions { get }

    /// Does the work; what it throws is shown with its place and remedy.
    ///
    /// - Returns: `done`, or what else scripts have to know.
    func perform(_ context: Context) throws -> ExitStatus
}
