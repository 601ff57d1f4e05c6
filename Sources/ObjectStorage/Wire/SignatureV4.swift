internal import Hashing
package import Model

/// Signs requests with AWS Signature Version 4, in the header, over a payload whose digest is known.
///
/// Source: "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)", Amazon S3 API Reference.
/// For S3 the path is encoded once, and not normalised.
package struct SignatureV4 {
    /// The hexadecimal SHA-256 of no bytes.
    package static let emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    private let credentials: S3Credentials
    private let region: String
    private let service = "s3"

    /// Signs as `credentials`, for `region`.
    package init(credentials: S3Credentials, region: String) {
        self.credentials = credentials
        self.region = region
    }

    /// The headers of `request`, `host` and those that authenticate it included.
    ///
    /// All of its headers are signed.
    ///
    /// - Parameters:
    ///   - payload: the hexadecimal SHA-256 of the body.
    ///   - time: the time of the signature; servers allow for a quarter of an hour.
    package func headers(of request: S3Request, host: String, payload: String, at time: Timestamp) -> [(String, String)]
    {
        let stamp = Self.stamp(time)
        var headers = request.headers.map { ($0.0.lowercased(), $0.1) }
        headers.append(("host", host))
        headers.append(("x-amz-content-sha256", payload))
        headers.append(("x-amz-date", stamp))
        if let token = credentials.sessionToken { headers.append(("x-amz-security-token", token)) }
        headers.sort { $0.0 < $1.0 }
        let names = headers.map(\.0).joined(separator: ";")
        let canonical =
            "\(request.method.rawValue)\n\(request.path)\n\(request.canonicalQuery)\n"
            + headers.map { "\($0.0):\(Self.folded($0.1))\n" }.joined() + "\n\(names)\n\(payload)"
        let day = stamp.prefix(8)
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let digest = Hexadecimal.encode(SHA256.hash(Array(canonical.utf8)))
        let text = "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(digest)"
        let signature = Hexadecimal.encode(SHA256.code(text, key(String(day))))
        headers.append(
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope),SignedHeaders=\(names),"
                    + "Signature=\(signature)"
            ))
        return headers
    }

    /// The key of one day, region and service.
    private func key(_ day: String) -> [UInt8] {
        var key = Array("AWS4\(credentials.secretKey)".utf8)
        for part in [day, region, service, "aws4_request"] { key = SHA256.code(part, key) }
        return key
    }

    /// `20130524T000000Z`.
    static func stamp(_ time: Timestamp) -> String {
        let whole = Timestamp(seconds: time.seconds).rfc3339
        return String(whole.filter { $0 != "-" && $0 != ":" })
    }

    /// A header's value without blanks at its ends, runs of blanks as one.
    private static func folded(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
}
