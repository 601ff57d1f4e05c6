internal import Files
internal import Model
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Trust

/// What goes wrong with connections, as errors that say what to do.
enum TransportFault {
    /// Closed from this side.
    static func closed(_ place: String) -> PerigeeError {
        PerigeeError(
            .io, "the connection is closed", at: place,
            remedy: "run the same command again: it goes on where it stopped", canRetry: true)
    }

    /// Cut from the other side, or on the way.
    static func cut(_ what: String, _ place: String, _ cause: (any Error)? = nil) -> PerigeeError {
        PerigeeError(
            .io, what, at: place, remedy: "run the same command again: it goes on where it stopped",
            cause: cause.flatMap(shown), canRetry: true)
    }

    /// No connection came about.
    static func unreachable(_ place: String, _ cause: any Error) -> PerigeeError {
        PerigeeError(
            .io, "cannot connect: \(words(cause))", at: place,
            remedy: "check host and port, and that perigee agent --listen runs there", canRetry: true)
    }

    /// The other side took too long to prove who it is.
    static func slowHandshake(_ limit: Duration, _ place: String) -> PerigeeError {
        PerigeeError(
            .io, "the other side did not say who it is within \(limit / .seconds(1)) s", at: place,
            remedy: "check that a perigee agent listens there", canRetry: true)
    }

    /// How far a connection had come.
    enum Stage {
        /// This side does not know yet who the other is.
        case beginning
        /// This side knows; the other may still be looking at this one's key.
        case proven
        /// Bytes have come.
        case talking
    }

    /// What an error of the event loop means for a stream.
    static func explain(_ error: any Error, _ place: String, _ stage: Stage, own: SiteIdentity) -> PerigeeError {
        let text = "\(error)"
        // The other side looked at this one's key and said no: that comes as an alert of TLS.
        if text.contains("ALERT_CERTIFICATE_UNKNOWN") || text.contains("ALERT_UNKNOWN_CA")
            || text.contains("ALERT_BAD_CERTIFICATE") || text.contains("ALERT_ACCESS_DENIED")
        {
            return refusedThere(place, own)
        }
        if text.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE") {
            return PerigeeError(
                .denied, "the other side showed no key", at: place,
                remedy: "connect with perigee, from a site that has an identity: perigee identity new")
        }
        switch stage {
        case .beginning: break
        // Its word of refusal can be overtaken by the end of the connection.
        case .proven: return refusedThere(place, own, error)
        case .talking: return cut("the connection was cut", place, error)
        }
        return PerigeeError(
            .format, "the other side does not speak TLS as a perigee agent does", at: place,
            remedy: "check host and port; the agent takes TLS 1.3 with a key on both sides, and nothing else",
            cause: shown(error))
    }

    /// The other side does not trust this one.
    ///
    /// - Parameter cause: what was seen where it did not say so itself.
    static func refusedThere(_ place: String, _ own: SiteIdentity, _ cause: (any Error)? = nil) -> PerigeeError {
        PerigeeError(
            .denied,
            cause == nil
                ? "the other side does not trust this site, whose identity is \(own)"
                : "the other side ended the connection before its first word; perhaps it does not trust this site, "
                    + "whose identity is \(own)", at: place,
            remedy: "have it trusted there: perigee trust add NAME \(own) --allow read", cause: cause.flatMap(shown),
            canRetry: cause != nil)
    }

    /// A cause that is worth telling: what a library of TLS says of itself is none.
    private static func shown(_ cause: any Error) -> (any Error)? {
        cause is NIOSSLError || cause is BoringSSLError ? nil : cause
    }

    /// What went wrong, in the system's words where they are its.
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as IOError: systemText(error.errnoCode)
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { words($0.error) } ?? "no address of that name was found"
        case ChannelError.connectTimeout: "no answer came in time"
        default: "\(error)"
        }
    }
}
