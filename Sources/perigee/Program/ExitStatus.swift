internal import Model

/// What the program says to scripts when it ends.
enum ExitStatus: Int32 {
    /// The work is done.
    case done = 0
    /// The work failed, or damage was found.
    case failed = 1
    /// The command line or the configuration is wrong.
    case usage = 2
    /// A policy or a guard refused, or the thing cannot be done.
    case refused = 3
    /// Done, but some files could not be read or kept.
    case partial = 4
    /// Interrupted; the state is kept.
    case interrupted = 130

    /// The status that an error ends the program with.
    init(_ code: PerigeeError.Code) {
        self =
            switch code {
            case .usage, .unsupported: .usage
            case .refused: .refused
            case .interrupted: .interrupted
            case .notFound, .exists, .damaged, .format, .denied, .noSpace, .readOnly, .io, .conflict, .busy, .changed,
                .key,
                .limit:
                .failed
            }
    }
}
