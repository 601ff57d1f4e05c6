public import Model

/// What the usual `AWS_*` variables and profile files say of object stores.
///
/// Variables come before the profile, as with Amazon's own tools. Not served: single sign-on, assumed roles, external
/// commands and the metadata services of virtual machines, whose keys a wrapper such as `aws configure
/// export-credentials --format env` puts into variables.
public struct AmazonSettings: Sendable {
    /// The most bytes of a file of profiles that are read.
    public static let fileSizeMax = ProfileFile.sizeMax

    /// The value of a variable; nil where it is not set or empty.
    private let variable: @Sendable (String) -> String?
    /// The bytes of a file; nil where there is none.
    private let file: @Sendable (String) throws(PerigeeError) -> [UInt8]?

    /// Settings that are looked up in `variable` and `file` when they are asked for.
    public init(
        variable: @escaping @Sendable (String) -> String?,
        file: @escaping @Sendable (_ path: String) throws(PerigeeError) -> [UInt8]?
    ) {
        self.variable = variable
        self.file = file
    }

    /// How a bucket is reached.
    ///
    /// - Parameter endpoint: what the user named; nil for what variables and profiles say.
    /// - Throws: `key` where there are no credentials, `usage` where something that is named cannot be used.
    public func resolve(
        bucket: String, prefix: String, endpoint: String? = nil
    ) throws(PerigeeError) -> S3Settings {
        let profile = try Profile(variable: variable, file: file)
        let region = variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? profile["region"] ?? "us-east-1"
        try checkRegion(region)
        let url = endpoint ?? variable("AWS_ENDPOINT_URL_S3") ?? variable("AWS_ENDPOINT_URL") ?? profile.endpoint
        let place = if let url { try S3Endpoint(parsing: url) } else { try S3Endpoint.amazon(region: region) }
        return try S3Settings(
            endpoint: place, region: region, bucket: bucket, prefix: prefix, credentials: try credentials(profile),
            addressing: try addressing(profile), caBundle: variable("AWS_CA_BUNDLE") ?? profile["ca_bundle"])
    }

    private func credentials(_ profile: Profile) throws(PerigeeError) -> S3Credentials {
        if let access = variable("AWS_ACCESS_KEY_ID") {
            guard let secret = variable("AWS_SECRET_ACCESS_KEY") else {
                throw PerigeeError(
                    .key, "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not", remedy: "set both, or neither")
            }
            return try checked(
                S3Credentials(accessKey: access, secretKey: secret, sessionToken: variable("AWS_SESSION_TOKEN")))
        }
        guard let access = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"] else {
            throw PerigeeError(
                .key, "there are no keys for the object store: profile \(profile.name) has none",
                remedy: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with AWS_PROFILE; for "
                    + "single sign-on and roles: eval \"$(aws configure export-credentials --format env)\"")
        }
        return try checked(
            S3Credentials(accessKey: access, secretKey: secret, sessionToken: profile["aws_session_token"]))
    }

    /// Refuses what would break the header that it goes into.
    private func checked(_ credentials: S3Credentials) throws(PerigeeError) -> S3Credentials {
        let texts = [credentials.accessKey, credentials.secretKey, credentials.sessionToken ?? "x"]
        let isSound = texts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }
        guard isSound, !credentials.accessKey.contains("/"), !credentials.accessKey.contains(",") else {
            throw PerigeeError(
                .key, "the keys for the object store have letters that keys cannot have",
                remedy: "set them again, without line breaks and quotes")
        }
        return credentials
    }

    private func checkRegion(_ region: String) throws(PerigeeError) {
        let isSound = region.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || (0x41...0x5a).contains($0)
                || $0 == 0x5f
        }
        guard isSound, region.utf8.count <= 64 else {
            throw PerigeeError(.usage, "\(region) is no region", at: "AWS_REGION", remedy: "write it as eu-central-1")
        }
    }

    private func addressing(_ profile: Profile) throws(PerigeeError) -> S3Addressing {
        guard let wish = profile["s3.addressing_style"] else { return .automatic }
        guard let addressing = S3Addressing(rawValue: wish) else {
            throw PerigeeError(
                .usage, "\(wish) is no style of addresses", at: "profile \(profile.name), addressing_style",
                remedy: "write path, virtual or auto")
        }
        return addressing
    }
}
