internal import Model

/// A failure of the destination's device, not of one file: no other file would fare better, so it ends the run.
struct TargetFailure: Error {
    /// What is told to the user.
    let error: PerigeeError
}

extension Error {
    /// What makes going on pointless: no room, a read-only or failing destination, a run that was stopped; nil where
    /// only the path at hand is hit.
    var endOfRun: PerigeeError? {
        if let failure = self as? TargetFailure { return failure.error }
        guard let error = self as? PerigeeError, [.noSpace, .readOnly, .interrupted].contains(error.code) else {
            return nil
        }
        return error
    }
}
