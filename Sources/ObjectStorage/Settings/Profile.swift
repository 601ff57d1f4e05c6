internal import Model

/// One profile of the files: `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE`, or `~/.aws/credentials` and `config`.
struct Profile {
    /// What it is called: `AWS_PROFILE`, or `default`.
    let name: String
    private let values: [String: String]
    private let services: [String: String]

    /// Reads it.
    ///
    /// - Throws: `usage` where a profile was named that neither file has.
    init(
        variable: (String) -> String?, file: (String) throws(PerigeeError) -> [UInt8]?
    ) throws(PerigeeError) {
        let named = variable("AWS_PROFILE") ?? variable("AWS_DEFAULT_PROFILE")
        let name = named ?? "default"
        let home = variable("HOME") ?? ""
        let config = try Self.sections(variable("AWS_CONFIG_FILE") ?? "\(home)/.aws/config", file)
        let keys = try Self.sections(variable("AWS_SHARED_CREDENTIALS_FILE") ?? "\(home)/.aws/credentials", file)
        if let named, config[named] == nil, keys[named] == nil {
            throw PerigeeError(
                .usage, "there is no profile \(named)", at: "AWS_PROFILE",
                remedy: "name one that ~/.aws/config or ~/.aws/credentials has, or unset it")
        }
        self.name = name
        // Keys come from the file of credentials first, the rest from it only where the other says nothing.
        let secrets = (keys[name] ?? [:]).filter { $0.key.hasPrefix("aws_") }
        values = (keys[name] ?? [:]).merging(config[name] ?? [:]) { $1 }.merging(secrets) { $1 }
        services = values["services"].flatMap { config["services \($0)"] } ?? [:]
    }

    /// The value of a key; nil where it is not there or empty.
    subscript(_ key: String) -> String? { values[key].flatMap { $0.isEmpty ? nil : $0 } }

    /// The endpoint for S3, or the one for all services.
    var endpoint: String? { services["s3.endpoint_url"] ?? self["s3.endpoint_url"] ?? self["endpoint_url"] }

    private static func sections(
        _ path: String, _ file: (String) throws(PerigeeError) -> [UInt8]?
    ) throws(PerigeeError) -> [String: [String: String]] {
        guard let bytes = try file(path) else { return [:] }
        guard bytes.count <= ProfileFile.sizeMax else {
            throw PerigeeError(
                .limit, "the file of profiles is larger than \(ByteCount(ProfileFile.sizeMax))", at: path,
                remedy: "name the right one with AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE")
        }
        return ProfileFile(parsing: String(decoding: bytes, as: UTF8.self)).sections
    }
}
