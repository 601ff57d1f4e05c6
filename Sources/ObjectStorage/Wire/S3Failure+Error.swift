internal import Model

extension S3Failure {
    /// The error that users see.
    ///
    /// - Parameter place: the blob or the place that was asked for.
    func error(at place: String, _ settings: S3Settings) -> PerigeeError {
        let known = byStatus(place, settings)
        let said = [code, message].filter { !$0.isEmpty }.joined(separator: ": ")
        guard !said.isEmpty else { return known }
        var error = known
        error.cause = said
        return error
    }

    private func byStatus(_ place: String, _ settings: S3Settings) -> PerigeeError {
        func error(_ code: PerigeeError.Code, _ message: String, _ remedy: String, canRetry: Bool = false)
            -> PerigeeError
        {
            PerigeeError(code, message, at: place, remedy: remedy, canRetry: canRetry)
        }
        if isSkew {
            return error(
                .io, "this machine's clock is \(skewText) off the object store's, which refuses its signatures",
                "set the clock, by NTP for instance")
        }
        switch (status, code) {
        case (0, _) where obstacle == .tooLong:
            return error(
                .damaged, "the object store answers with more bytes than were asked for",
                "check that the endpoint is an object store; perigee doctor \(settings.name) says what it can")
        case (0, _) where obstacle == .ownBody:
            return error(.io, "the bytes to be sent cannot be read on this machine", "look into the system's log")
        case (0, _) where obstacle == .untrusted:
            return error(
                .denied, "no connection to \(settings.endpoint) can be trusted",
                "name the file of its certificate authority with AWS_CA_BUNDLE, or check the endpoint")
        case (0, _):
            return error(
                .io, "the object store at \(settings.endpoint) does not answer",
                "check the endpoint and the network, then run the same command again", canRetry: true)
        case (_, "NoSuchBucket"):
            return error(
                .notFound, "there is no bucket \(settings.bucket) at \(settings.endpoint)",
                "make it with the store's own tools, or check its name and region")
        case (_, "InvalidAccessKeyId"), (_, "SignatureDoesNotMatch"), (_, "InvalidToken"), (_, "ExpiredToken"),
            (_, "TokenRefreshRequired"):
            return error(
                .key, "the object store does not accept the keys of \(settings.credentials)",
                "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile")
        case (301, _), (302, _), (303, _), (307, _), (308, _), (_, "AuthorizationHeaderMalformed"),
            (_, "IllegalLocationConstraintException"):
            return error(
                .usage, "the bucket \(settings.bucket) is not in region \(settings.region) at \(settings.endpoint)",
                region.map { "set AWS_REGION=\($0)" }
                    ?? "name its region with AWS_REGION and its endpoint with --s3-endpoint; redirects are not followed"
            )
        case (507, _), (_, "QuotaExceeded"), (_, "QuotaExceededException"), (_, "XMinioStorageFull"):
            return error(
                .noSpace, "the object store has no room left",
                "have its quota raised or free room there, then run again; perigee gc needs a little room too")
        case (401, _), (403, _):
            return error(
                .denied, "the object store refuses this to \(settings.credentials)",
                "give it the rights to list, read, write and delete below \(settings.name)")
        case (400, _) where isForeign, (404, _) where isForeign, (405, _) where isForeign, (501, _) where isForeign:
            return error(
                .unsupported, "what answers at \(settings.endpoint), with status \(status), is not an object store",
                "check the endpoint: --s3-endpoint or AWS_ENDPOINT_URL, with the port of the store's S3 interface")
        case (404, _): return error(.notFound, "there is no such blob", "perigee verify names what is missing")
        case (409, _), (412, _):
            return error(.conflict, "somebody else changed the blob in between", "read it again, then decide anew")
        case (405, _), (501, _):
            return error(
                .unsupported, "the object store cannot do this", "perigee doctor \(settings.name) says what it can")
        default:
            return error(
                .io, "the object store answers with status \(status)", "look into the store's log, then run again",
                canRetry: canRetry)
        }
    }

    private var skewText: String {
        guard let clockAhead else { return "far" }
        return "\(Quantity.decimal(abs(clockAhead), places: 0)) s"
    }
}
