internal import Model

/// What is said of a message that the other end should not have sent.
enum ExchangeFault {
    /// The other end sent `what`.
    static func hostile(_ what: String) -> PerigeeError {
        PerigeeError(
            .damaged, "the other end sent \(what)", at: "exchange of trees",
            remedy: "run again; if it stays, compare perigee --version at both ends")
    }

    /// The other end has gone away.
    static var ended: PerigeeError {
        PerigeeError(
            .io, "the other end ended the exchange early", at: "exchange of trees",
            remedy: "run the same command again: what arrived is kept", canRetry: true)
    }
}
