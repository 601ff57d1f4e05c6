internal import HTTPTypes
internal import Model

/// An answer to a request.
struct WebAnswer: Sendable {
    /// What follows the head.
    enum Body: Sendable {
        /// All of it.
        case bytes([UInt8])
        /// Events until either side has enough.
        case events(EventClient)
        /// So many bytes as they are read.
        case flow(ByteFlow, size: UInt64)
    }

    var status: Int
    var headers: HTTPFields
    var body: Body
    /// Why it was refused, for the log; nil where it was not.
    var refusal: String?

    /// An answer with a body of a type.
    init(_ status: Int = 200, type: String, _ bytes: [UInt8]) {
        self.status = status
        headers = [.contentType: type]
        body = .bytes(bytes)
    }

    /// A JSON document.
    init(_ value: JSONValue, status: Int = 200) {
        self.init(status, type: "application/json", value.document)
    }

    /// A JSON document that is written already.
    init(document: [UInt8], status: Int = 200) { self.init(status, type: "application/json", document) }

    /// The bytes of a file, as they are read.
    init(_ flow: ByteFlow, size: UInt64) {
        status = 200
        headers = [
            .contentType: "application/octet-stream", .contentLength: "\(size)", .contentDisposition: "attachment",
        ]
        body = .flow(flow, size: size)
    }

    /// A page.
    init(_ status: Int = 200, page: Markup) {
        self.init(status, type: "text/html; charset=utf-8", page.document)
    }

    /// The way to another page.
    init(seeOther location: String) {
        status = 303
        headers = [.location: location]
        body = .bytes([])
    }

    /// What went wrong, as RFC 9457 has it.
    init(_ problem: Problem) {
        self.init(problem.status, type: "application/problem+json", problem.json.document)
        if let seconds = problem.retryAfter { headers[.retryAfter] = "\(seconds)" }
        if problem.status == 401 { headers[.wwwAuthenticate] = "Bearer realm=\"perigee\"" }
        if problem.isRefusal { refusal = problem.fault.message }
    }

    /// The bytes of the body, where it has an end.
    var bytes: [UInt8] { if case .bytes(let bytes) = body { bytes } else { [] } }
}
