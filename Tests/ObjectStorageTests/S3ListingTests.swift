import Model
import ObjectStorage
import Storage
import TestSupport
import Testing

@Suite("Listings are believed only as far as they make sense")
struct S3ListingTests {
    private func store(_ script: @escaping @Sendable (Int, ScriptedServer.Asked) -> ScriptedServer.Answer) throws -> (
        ScriptedServer, S3Store
    ) {
        let server = try ScriptedServer(script)
        var doors = S3Doors()
        doors.clock = ManualClock()
        let settings = try S3Settings(
            endpoint: S3Endpoint(parsing: "http://127.0.0.1:\(server.port)"), region: "us-east-1", bucket: "bucket",
            prefix: "v", credentials: S3Credentials(accessKey: "AKID", secretKey: "secret"))
        let capabilities = S3Capabilities(
            probed: Timestamp(seconds: 0), writers: .many, creates: true, replacing: .quoted, assembles: true,
            checksums: true)
        return (server, try S3Store(settings, capabilities, doors: doors))
    }

    private static func page(_ names: [String], truncated: Bool = false, extra: String = "") -> ScriptedServer.Answer {
        let items = names.map {
            "<Contents><Key>\($0)</Key><LastModified>2026-11-25T12:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag>"
                + "<Size>7</Size></Contents>"
        }
        return .ok(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                + "<EncodingType>url</EncodingType><IsTruncated>\(truncated)</IsTruncated>\(extra)\(items.joined())"
                + "</ListBucketResult>")
    }

    @Test("a page follows where the last one ended, and what is no blob is passed over")
    func pages() throws {
        let (server, store) = try store { number, _ in
            number == 0
                ? Self.page(["v/a", "v/b%20c", "v/d"], truncated: true) : Self.page(["v/e%2Ff"])
        }
        let found = try store.list("", after: nil, limit: 10)
        #expect(found.map(\.key.text) == ["a", "d", "e/f"])
        #expect(found[0].size == ByteCount(7) && found[0].version == BlobVersion("e"))
        #expect(found[0].modified.seconds == 1_795_608_000)
        #expect(server.requests.count == 2)
        #expect(server.requests[1].uri.contains("start-after=v%2Fd"))
        #expect(server.requests[1].uri.contains("prefix=v%2F"))
    }

    @Test("a listing that goes round in circles ends")
    func cycle() throws {
        let (server, store) = try store { _, _ in Self.page(["v/a", "v/b"], truncated: true) }
        #expect(throws: PerigeeError.self) { try store.list("", after: nil, limit: 1000) }
        #expect(server.requests.count == 2)
        let (empty, other) = try self.store { _, _ in Self.page([], truncated: true) }
        #expect(throws: PerigeeError.self) { try other.list("", after: nil, limit: 1000) }
        #expect(empty.requests.count == 1)
    }

    @Test(
        "a listing out of order, or beyond the prefix, is refused",
        arguments: [["v/b", "v/a"], ["v/a", "v/a"], ["w/a"], ["u"], ["v/a", "%zz"], ["v/a", "%ff"]])
    func order(names: [String]) throws {
        let (_, store) = try store { _, _ in Self.page(names) }
        #expect(throws: PerigeeError.self) { try store.list("", after: nil, limit: 10) }
    }

    static let hostile: [String: String] = [
        "a document type": "<!DOCTYPE a [<!ENTITY b \"c\">]><ListBucketResult/>",
        "an entity": "<ListBucketResult><Contents><Key>&b;</Key></Contents></ListBucketResult>",
        "deep nesting": String(repeating: "<a>", count: 100_000),
        "many elements": "<a>" + String(repeating: "<b/>", count: 100_000) + "</a>",
        "CDATA": "<ListBucketResult><![CDATA[x]]></ListBucketResult>",
        "an end that does not fit": "<ListBucketResult></Other>",
        "no end": "<ListBucketResult><Contents>",
        "two roots": "<a/><b/>",
        "nothing": "",
        "no XML": "{\"error\": 1}",
        "another document": "<Error><Code>x</Code></Error>",
        "a size that is none":
            "<ListBucketResult><Contents><Key>v/a</Key><Size>-1</Size></Contents></ListBucketResult>",
        "a size without end":
            "<ListBucketResult><Contents><Key>v/a</Key><Size>99999999999999999999999</Size></Contents></ListBucketResult>",
        "a character that is none": "<ListBucketResult><Contents><Key>&#xD800;</Key></Contents></ListBucketResult>",
        "a zero": "<ListBucketResult><Contents><Key>&#0;</Key></Contents></ListBucketResult>",
    ]

    @Test("hostile documents are refused with a clear word", arguments: hostile.keys.sorted())
    func refuses(name: String) throws {
        let text = try #require(Self.hostile[name])
        let (_, store) = try store { _, _ in .ok(text) }
        #expect {
            try store.list("", after: nil, limit: 10)
        } throws: { error in
            (error as? PerigeeError)?.remedy?.isEmpty == false
        }
    }

    @Test("a document that is longer than any page is cut off, not kept")
    func huge() throws {
        let (_, store) = try store { _, _ in .ok(String(repeating: " ", count: S3Store.listBytesMax + 1)) }
        #expect(throws: PerigeeError.self) { try store.list("", after: nil, limit: 10) }
    }

    @Test("random bytes never crash the reader")
    func fuzz() {
        var seed = Seed.fromEnvironment()
        let base = Array("<a x='1'><b>t&amp;x</b><!-- c --><d/></a>".utf8)
        for _ in 0..<20_000 {
            var bytes = base
            for _ in 0..<Int.random(in: 1...6, using: &seed) {
                let place = Int.random(in: 0..<bytes.count, using: &seed)
                switch Int.random(in: 0..<3, using: &seed) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &seed)
                case 1 where bytes.count > 1: bytes.remove(at: place)
                default: bytes.insert(base[Int.random(in: 0..<base.count, using: &seed)], at: place)
                }
            }
            _ = try? XMLElement(parsing: bytes)
        }
    }
}
