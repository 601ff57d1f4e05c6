public import Model

/// Where an object store listens: scheme, host, port and the path before the bucket, if any.
public struct S3Endpoint: Hashable, Sendable {
    /// Whether bytes are encrypted on the way.
    public let isSecure: Bool
    /// A name, an IPv4 address, or an IPv6 address in brackets; in lower case.
    public let host: String
    /// The port; nil for the scheme's own.
    public let port: Int?
    /// What precedes the bucket, with a `/` at its beginning and none at its end; mostly empty.
    public let path: String

    /// Reads `https://host:port/path`.
    ///
    /// - Throws: `usage` where it is none, or has a user, a query or a fragment in it.
    public init(parsing text: String) throws(PerigeeError) {
        func wrong(_ message: String) -> PerigeeError {
            PerigeeError(.usage, message, at: text, remedy: "write https://host:port, or http://host:port")
        }
        let lower = text.lowercased()
        let scheme = ["https://", "http://"].first { lower.hasPrefix($0) }
        guard let scheme else { throw wrong("the endpoint of an object store begins with https:// or http://") }
        isSecure = scheme == "https://"
        let rest = text.dropFirst(scheme.count)
        // A user in it would be a secret in messages.
        if rest.contains("@") || rest.contains("?") || rest.contains("#") {
            throw PerigeeError(
                .usage, "the endpoint of an object store has neither user nor query in it", at: "\(scheme)...",
                remedy: "put the keys into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash].lowercased()
        var path = String(rest[slash...])
        while path.hasSuffix("/") { path.removeLast() }
        let allowed = path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "%") }
        guard allowed, !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            throw wrong("the endpoint's path has letters that it cannot have")
        }
        self.path = path
        (host, port) = try Self.hostAndPort(authority, wrong)
    }

    private static func hostAndPort(
        _ authority: String, _ wrong: (String) -> PerigeeError
    ) throws(PerigeeError) -> (String, Int?) {
        var host = authority
        var port: Int?
        let colon = authority.lastIndex(of: ":")
        if let colon, !authority.hasSuffix("]") {
            host = String(authority[..<colon])
            port = UInt16(authority[authority.index(after: colon)...]).map { Int($0) }
            guard let port, port > 0 else { throw wrong("the endpoint's port is no number from 1 to 65535") }
        }
        let inner = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let isPlain = inner.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f
                || (host.hasPrefix("[") && $0 == 0x3a)
        }
        guard !inner.isEmpty, isPlain else { throw wrong("the endpoint has no host") }
        return (host, port)
    }

    /// Whether it is one of Amazon's own.
    var isAmazon: Bool { host.hasSuffix(".amazonaws.com") || host.hasSuffix(".amazonaws.com.cn") }

    /// Amazon's endpoint in a region.
    static func amazon(region: String) throws(PerigeeError) -> S3Endpoint {
        let tail = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return try S3Endpoint(parsing: "https://s3.\(region).\(tail)")
    }
}

extension S3Endpoint: CustomStringConvertible {
    /// The URL.
    public var description: String {
        "\(isSecure ? "https" : "http")://\(host)" + (port.map { ":\($0)" } ?? "") + path
    }
}
