internal import Model

/// What the other side did wrong, as errors that say what to do.
enum WireFault {
    /// Bytes changed on the way.
    static func damaged(_ what: String, _ peer: String) -> PerigeeError {
        PerigeeError(
            .damaged, "\(what): bytes were changed, lost or repeated on the way", at: peer,
            remedy: "run the same command again: it goes on where it stopped; if it happens again, look at the link",
            canRetry: true)
    }

    /// Something that this version does not know.
    static func unknown(_ what: String, _ peer: String) -> PerigeeError {
        PerigeeError(.format, what, at: peer, remedy: "use the same version of perigee at both ends")
    }

    /// More than a named limit.
    static func tooMuch(_ what: String, _ peer: String) -> PerigeeError {
        PerigeeError(
            .limit, "the other side sent \(what)", at: peer,
            remedy: "use the same version of perigee at both ends; if they are, the other side is not to be trusted")
    }

    /// Something that makes no sense at this point.
    static func outOfTurn(_ what: String, _ peer: String) -> PerigeeError {
        PerigeeError(
            .format, "the other side broke the protocol: \(what)", at: peer,
            remedy: "use the same version of perigee at both ends")
    }

    /// The stream ended in the middle.
    static func cut(_ what: String, _ peer: String) -> PerigeeError {
        PerigeeError(
            .io, what, at: peer, remedy: "run the same command again: it goes on where it stopped", canRetry: true)
    }
}
