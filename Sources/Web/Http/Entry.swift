internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import Trust

/// What is known of a request before anything is done about it.
struct Entry: Sendable {
    /// Tells it from all others.
    let id = String(UInt64.random(in: .min ... .max), radix: 16)
    let method: HTTPRequest.Method
    let target: String
    let path: String
    let headers: HTTPFields
    let authority: String?
    let address: String
    let isSecure: Bool
    /// Whether a body follows.
    let hasBody: Bool
    /// Who has proven, by the key of its connection, to be this site.
    var site: SiteIdentity?
    var caller = Caller.stranger
    /// The path of the operation, for meters.
    var route = "none"

    init(_ request: Request, _ channel: any Channel, isSecure: Bool) {
        self.isSecure = isSecure
        (method, target, headers) = (request.method, request.head.path ?? "", request.headers)
        path = WebTarget.split(target).path
        authority = request.head.authority ?? request.headers[HTTPField.Name("Host")!]
        address = channel.remoteAddress?.ipAddress ?? "local"
        hasBody =
            request.headers[.transferEncoding] != nil || request.headers[.contentLength].map { $0 != "0" } ?? false
    }

    /// Whether only the head of the answer is wanted.
    var isHead: Bool { method == .head }
}
