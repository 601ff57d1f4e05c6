import Model
import ObjectStorage
import Testing

@Suite("Where and as whom: the usual variables and profile files")
struct SettingsTests {
    private func resolve(
        _ variables: [String: String], files: [String: String] = [:], endpoint: String? = nil,
        bucket: String = "bucket", prefix: String = "p"
    ) throws -> S3Settings {
        let variables = ["HOME": "/home/u"].merging(variables) { $1 }
        return try AmazonSettings(variable: { variables[$0] }, file: { files[$0].map { Array($0.utf8) } })
            .resolve(bucket: bucket, prefix: prefix, endpoint: endpoint)
    }

    private static let keys = ["AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "SK"]

    @Test("variables alone")
    func variables() throws {
        let settings = try resolve(
            Self.keys.merging([
                "AWS_SESSION_TOKEN": "T", "AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL": "http://all:1",
                "AWS_ENDPOINT_URL_S3": "https://S3.example:9000/base/", "AWS_CA_BUNDLE": "/ca.pem",
            ]) { $1 })
        #expect(settings.credentials == S3Credentials(accessKey: "AK", secretKey: "SK", sessionToken: "T"))
        #expect(settings.region == "eu-central-1")
        #expect("\(settings.endpoint)" == "https://s3.example:9000/base")
        #expect(settings.caBundle == "/ca.pem")
        #expect(!settings.isVirtualHost)
    }

    @Test("what is named on the command line comes first, and Amazon's own endpoint last")
    func endpoints() throws {
        let variables = Self.keys.merging(["AWS_ENDPOINT_URL": "http://all:1", "AWS_DEFAULT_REGION": "eu-west-3"]) {
            $1
        }
        #expect("\(try resolve(variables, endpoint: "http://me:2").endpoint)" == "http://me:2")
        #expect("\(try resolve(variables).endpoint)" == "http://all:1")
        let amazon = try resolve(Self.keys.merging(["AWS_DEFAULT_REGION": "eu-west-3"]) { $1 })
        #expect("\(amazon.endpoint)" == "https://s3.eu-west-3.amazonaws.com")
        #expect(amazon.isVirtualHost)
        #expect(try !resolve(Self.keys, bucket: "with.point").isVirtualHost)
        let china = try resolve(Self.keys.merging(["AWS_REGION": "cn-north-1"]) { $1 })
        #expect("\(china.endpoint)" == "https://s3.cn-north-1.amazonaws.com.cn")
    }

    private static let config = """
        # a comment
        [default]
        region = us-west-2   # another
        [profile lab]
        region=eu-north-1
        endpoint_url = http://lab:9000
        s3 =
            addressing_style = virtual
            max_concurrent_requests = 20
        [profile both]
        services = here
        endpoint_url = http://general
        [services here]
        s3 =
          endpoint_url = http://special:7
        dynamodb =
          endpoint_url = http://other
        """
    private static let secrets = """
        [default]
        aws_access_key_id = D
        aws_secret_access_key = DS/+=
        [lab]
        aws_access_key_id = L
        aws_secret_access_key = LS
        aws_session_token = LT
        [both]
        aws_access_key_id = B
        aws_secret_access_key = BS
        """
    private static let files = ["/home/u/.aws/config": config, "/home/u/.aws/credentials": secrets]

    @Test("profiles: the default one, a named one, one with services of its own")
    func profiles() throws {
        let usual = try resolve([:], files: Self.files)
        #expect(usual.credentials == S3Credentials(accessKey: "D", secretKey: "DS/+="))
        #expect(usual.region == "us-west-2")
        let lab = try resolve(["AWS_PROFILE": "lab"], files: Self.files)
        #expect(lab.credentials == S3Credentials(accessKey: "L", secretKey: "LS", sessionToken: "LT"))
        #expect(lab.region == "eu-north-1" && "\(lab.endpoint)" == "http://lab:9000" && lab.isVirtualHost)
        let both = try resolve(["AWS_PROFILE": "both"], files: Self.files)
        #expect("\(both.endpoint)" == "http://special:7")
        // Variables come before profiles.
        let mixed = try resolve(Self.keys.merging(["AWS_PROFILE": "lab"]) { $1 }, files: Self.files)
        #expect(mixed.credentials.accessKey == "AK" && mixed.region == "eu-north-1")
    }

    @Test("files that lie elsewhere")
    func elsewhere() throws {
        let settings = try resolve(
            ["AWS_CONFIG_FILE": "/c", "AWS_SHARED_CREDENTIALS_FILE": "/s", "AWS_PROFILE": "lab"],
            files: ["/c": Self.config, "/s": Self.secrets])
        #expect(settings.credentials.accessKey == "L")
    }

    @Test("what cannot be used is refused with a remedy and without a secret")
    func refused() throws {
        let cases: [(PerigeeError.Code, () throws -> S3Settings)] = [
            (.key, { try resolve([:]) }),
            (.key, { try resolve(["AWS_ACCESS_KEY_ID": "AK"]) }),
            (.key, { try resolve(["AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "fish\nfish"]) }),
            (.usage, { try resolve(["AWS_PROFILE": "none"], files: Self.files) }),
            (.usage, { try resolve(Self.keys, endpoint: "ftp://x") }),
            (.usage, { try resolve(Self.keys, endpoint: "https://user:fish@host") }),
            (.usage, { try resolve(Self.keys, endpoint: "https://host:0") }),
            (.usage, { try resolve(Self.keys, endpoint: "https://") }),
            (.usage, { try resolve(Self.keys, endpoint: "https://host?x=fish") }),
            (.usage, { try resolve(Self.keys, bucket: "a") }),
            (.usage, { try resolve(Self.keys, bucket: "a b c") }),
            (.usage, { try resolve(Self.keys, prefix: "a/../b") }),
            (.usage, { try resolve(Self.keys, prefix: "a//b") }),
            (.usage, { try resolve(Self.keys, prefix: "a\u{7}b") }),
            (.usage, { try resolve(Self.keys.merging(["AWS_REGION": "a/b"]) { $1 }) }),
        ]
        for (index, (code, body)) in cases.enumerated() {
            do {
                let settings = try body()
                Issue.record("case \(index) is accepted: \(settings.name)")
            } catch let error as PerigeeError {
                #expect(error.code == code, "case \(index): \(error)")
                #expect(error.remedy?.isEmpty == false && !"\(error)".contains("fish"), "case \(index): \(error)")
            }
        }
    }

    @Test("prefixes lose the slashes at their ends")
    func prefixes() throws {
        #expect(try resolve(Self.keys, prefix: "/a/b/").prefix == "a/b")
        #expect(try resolve(Self.keys, prefix: "").name == "s3://bucket")
        #expect(try resolve(Self.keys, prefix: "a/ü").name == "s3://bucket/a/ü")
    }

    @Test("dates of HTTP are read, and nothing else")
    func dates() {
        #expect(HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT")?.seconds == 784_111_777)
        for wrong in [
            "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
        ] {
            #expect(HTTPDate.parse(wrong) == nil, "\(wrong)")
        }
    }
}
