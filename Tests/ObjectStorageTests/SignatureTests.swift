import Foundation
import Model
import ObjectStorage
import Testing

/// Known answers; where they come from is said in the file.
struct SignatureVectors: Decodable {
    struct Vector: Decodable, CustomTestStringConvertible {
        let name: String
        let method: String
        let host: String
        let path: String
        let query: [[String]]
        let headers: [[String]]
        let payload: String
        let time: String
        let region: String
        let access_key: String
        let secret_key: String
        let session_token: String?
        let authorization: String

        var testDescription: String { name }
    }

    let source: [String]
    let vectors: [Vector]

    static let all: [Vector] = {
        guard let url = Bundle.module.url(forResource: "signatures", withExtension: "json", subdirectory: "Golden"),
            let data = try? Data(contentsOf: url),
            let file = try? JSONDecoder().decode(SignatureVectors.self, from: data)
        else { return [] }
        return file.vectors
    }()
}

@Suite("Requests are signed as Amazon's documentation and its own library sign them")
struct SignatureTests {
    @Test("there are vectors")
    func count() { #expect(SignatureVectors.all.count >= 10) }

    @Test("a published or recorded signature comes out", arguments: SignatureVectors.all)
    func vector(_ vector: SignatureVectors.Vector) throws {
        let method = try #require(S3Request.Method(rawValue: vector.method))
        var request = S3Request(method: method, path: vector.path)
        request.query = vector.query.map { (name: $0[0], value: $0[1]) }
        request.headers = vector.headers.map { ($0[0], $0[1]) }
        let signature = SignatureV4(
            credentials: S3Credentials(
                accessKey: vector.access_key, secretKey: vector.secret_key, sessionToken: vector.session_token),
            region: vector.region)
        let time = try #require(Timestamp(rfc3339: vector.time))
        let headers = signature.headers(of: request, host: vector.host, payload: vector.payload, at: time)
        let found = try #require(headers.first { $0.0 == "authorization" }?.1)
        #expect(found == vector.authorization)
    }

    @Test("a secret is in no header and in no description")
    func secrets() throws {
        let credentials = S3Credentials(accessKey: "AKIDEXAMPLE", secretKey: "top-secret", sessionToken: "token-secret")
        let headers = SignatureV4(credentials: credentials, region: "r").headers(
            of: S3Request(method: .get, path: "/"), host: "h", payload: SignatureV4.emptyPayload,
            at: Timestamp(seconds: 1))
        #expect(!headers.contains { $0.1.contains("top-secret") })
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(!text.contains("secret"), "\(text)")
        }
    }

    @Test("paths and queries are encoded as signatures need it, and come back")
    func encoding() {
        #expect(PercentEncoding.path("a b/ü~+=&%/x") == "a%20b/%C3%BC~%2B%3D%26%25/x")
        #expect(PercentEncoding.query("a/b c") == "a%2Fb%20c")
        #expect(PercentEncoding.decode("a%20b%2Fc+d", plusIsSpace: true) == "a b/c d")
        #expect(PercentEncoding.decode("a+b") == "a+b")
        for wrong in ["%", "%4", "%zz", "%ff"] { #expect(PercentEncoding.decode(wrong) == nil, "\(wrong)") }
    }

    @Test("Base64 is as RFC 4648 has it")
    func base64() {
        let vectors = [
            "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=",
            "foobar": "Zm9vYmFy",
        ]
        for (plain, text) in vectors { #expect(Base64.encode(Array(plain.utf8)) == text) }
    }
}
