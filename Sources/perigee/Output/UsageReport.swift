internal import ArgumentParser
internal import Model

/// What the parser of the command line has to say: help, the version, or what is wrong with the arguments.
enum UsageReport {
    /// Prints it: what was asked for on standard output, what is wrong on standard error or as JSON.
    static func show(_ error: any Error, of arguments: [String]) -> ExitStatus {
        let output = Output()
        if Perigee.exitCode(for: error).isSuccess {
            if output.writeLast(Perigee.fullMessage(for: error) + "\n") { return .done }
            Diagnostics.note("standard output", "it cannot be written")
            return .failed
        }
        let fault = UnknownVerb(in: arguments)?.fault ?? fault(error)
        if !arguments.contains("--json") || !output.writeLast(ErrorReport.json(fault)) {
            Diagnostics.write(ErrorReport.text(fault, .standardError))
        }
        return .usage
    }

    /// What the parser says, with how the verb is used for a remedy.
    private static func fault(_ error: any Error) -> PerigeeError {
        let message = Perigee.message(for: error)
        let lines = Perigee.fullMessage(for: error).split(separator: "\n").dropFirst()
        let usage = lines.first { $0.hasPrefix("Usage:") }.map { "usage:" + $0.dropFirst(6) }
        let hint = lines.first { $0.contains("--help") }.map { $0.drop { $0 == " " } }
        let remedy = [usage, hint.map(String.init)].compactMap { $0 }.joined(separator: "\n  ")
        return PerigeeError(.usage, message, remedy: remedy.isEmpty ? nil : remedy)
    }
}
