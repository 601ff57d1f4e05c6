internal import Model

/// What went wrong with a request, as a problem document (RFC 9457).
struct Problem: Error {
    /// The status of the answer.
    let status: Int
    /// What went wrong.
    let fault: PerigeeError
    /// The request.
    var request = ""
    /// The path that was asked for.
    var instance: String?
    /// After so many seconds trying again can help.
    var retryAfter: Int?

    /// A problem with a status of its own.
    init(_ status: Int, _ fault: PerigeeError, retryAfter: Int? = nil) {
        self.status = status
        self.fault = fault
        self.retryAfter = retryAfter
    }

    /// Any error as a problem.
    init(_ error: any Error) {
        if let problem = error as? Problem {
            self = problem
        } else if let fault = error as? PerigeeError {
            self.init(Self.status(fault.code), fault, retryAfter: fault.canRetry ? 1 : nil)
        } else {
            self.init(
                500,
                PerigeeError(.io, "answering failed", remedy: "look into the log of the daemon for this request"))
        }
    }

    /// Whether nothing was done because of who asked, or how.
    var isRefusal: Bool { (400..<500).contains(status) && status != 404 && status != 409 }

    private static func status(_ code: PerigeeError.Code) -> Int {
        switch code {
        case .usage, .format: 400
        case .denied: 403
        case .notFound: 404
        case .exists, .conflict, .changed: 409
        case .limit: 413
        case .refused, .unsupported: 422
        case .busy, .interrupted: 503
        case .damaged, .noSpace, .readOnly, .io, .key: 500
        }
    }

    /// The titles of statuses.
    static func title(_ status: Int) -> String {
        switch status {
        case 400: "The request is wrong"
        case 401: "Credentials are needed"
        case 403: "Not allowed"
        case 404: "Not there"
        case 405: "Not with this method"
        case 408: "Too slow"
        case 409: "In the way of something else"
        case 413: "Too large"
        case 414: "The path is too long"
        case 415: "Of a wrong type"
        case 421: "For another host"
        case 422: "Not possible"
        case 429: "Too many requests"
        case 503: "Not now"
        default: "The daemon failed"
        }
    }

    /// The document.
    var json: JSONValue {
        .object([
            ("type", .text("urn:perigee:problem:\(fault.code.rawValue)")), ("title", .text(Self.title(status))),
            ("status", .integer(Int64(status))), ("detail", .text(fault.message)),
            ("instance", .optional(instance)), ("code", .text(fault.code.rawValue)), ("place", .optional(fault.place)),
            ("remedy", .optional(fault.remedy)), ("can_retry", .bool(fault.canRetry || retryAfter != nil)),
            ("request", .text(request)),
        ])
    }
}
