public import Model

/// All that is needed to reach a bucket: where, as whom, and how its name is written.
public struct S3Settings: Sendable {
    /// Where the store listens.
    public var endpoint: S3Endpoint
    /// The region that signatures name.
    public var region: String
    /// The bucket.
    public var bucket: String
    /// What all keys begin with, without a `/` at either end; empty for the whole bucket.
    public var prefix: String
    /// Where the bucket's name stands.
    public var addressing: S3Addressing
    /// Who asks.
    public var credentials: S3Credentials
    /// A file of certificates in PEM to trust instead of the system's; nil for the system's.
    public var caBundle: String?

    /// Settings.
    ///
    /// - Throws: `usage` where `bucket` or `prefix` are none.
    public init(
        endpoint: S3Endpoint, region: String, bucket: String, prefix: String, credentials: S3Credentials,
        addressing: S3Addressing = .automatic, caBundle: String? = nil
    ) throws(PerigeeError) {
        self.endpoint = endpoint
        self.region = region
        self.bucket = bucket
        self.prefix = Self.trimmed(prefix)
        self.credentials = credentials
        self.addressing = addressing
        self.caBundle = caBundle
        try checkNames()
    }

    /// What to call the place in messages.
    public var name: String { "s3://\(bucket)" + (prefix.isEmpty ? "" : "/\(prefix)") }

    /// Whether the bucket stands before the host.
    package var isVirtualHost: Bool {
        switch addressing {
        case .path: false
        case .virtualHost: true
        // A point in the name would not fit the certificate.
        case .automatic: endpoint.isAmazon && !(endpoint.isSecure && bucket.contains("."))
        }
    }

    private static func trimmed(_ prefix: String) -> String {
        var rest = prefix[...]
        while rest.hasPrefix("/") { rest.removeFirst() }
        while rest.hasSuffix("/") { rest.removeLast() }
        return String(rest)
    }

    /// The most bytes that a prefix may have: keys are 1,024 bytes at most, and a blob's own 255.
    static let prefixMax = 700

    private func checkNames() throws(PerigeeError) {
        let letters = bucket.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
                || $0 == 0x2e || $0 == 0x5f
        }
        guard (3...63).contains(bucket.utf8.count), letters, bucket.first != ".", bucket.first != "-" else {
            throw PerigeeError(
                .usage, "\(bucket.isEmpty ? "nothing" : bucket) is no name of a bucket", at: "s3://\(bucket)",
                remedy: "write s3://bucket/prefix: 3 to 63 letters, digits, points and hyphens")
        }
        let parts = prefix.split(separator: "/", omittingEmptySubsequences: false)
        let isWrong = prefix.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f }
        guard prefix.isEmpty || !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }), !isWrong,
            prefix.utf8.count <= Self.prefixMax
        else {
            throw PerigeeError(
                .usage, "the prefix has an empty part, a dot for a part, a control character, or is too long", at: name,
                remedy: "write s3://bucket/some/folder, \(Self.prefixMax) bytes of prefix at most")
        }
    }
}
