import Foundation
import Model
import NIOHTTP1
import ObjectStorage
import Storage
import Synchronization
import TestSupport
import Testing

/// Something went well that was to fail.
private struct NoFailure: Error {}

@Suite("What servers do wrong is met with patience where that helps, and a clear word where not")
struct S3FaultTests {
    private static let good = [("etag", "\"abc\"")]
    private static let key = BlobKey("packs/one")!

    /// A store on a scripted server, whose pauses take no time and are written down.
    private func store(
        _ server: ScriptedServer, clock: ManualClock = ManualClock(), secret: String = "swordfish",
        checksums: Bool = false, now: Timestamp? = nil
    ) throws -> S3Store {
        var doors = S3Doors()
        doors.clock = clock
        doors.jitter = { 0.5 }
        doors.idle = .milliseconds(400)
        if let now { doors.now = { now } }
        let capabilities = S3Capabilities(
            probed: Timestamp(seconds: 0), writers: .many, creates: true, replacing: .quoted, assembles: true,
            checksums: checksums)
        let settings = try S3Settings(
            endpoint: S3Endpoint(parsing: "http://127.0.0.1:\(server.port)"), region: "us-east-1", bucket: "bucket",
            prefix: "v", credentials: S3Credentials(accessKey: "AKID", secretKey: secret, sessionToken: "tokenfish"))
        return try S3Store(settings, capabilities, doors: doors)
    }

    private func failure(_ body: () throws -> Void) throws -> PerigeeError {
        do {
            try body()
        } catch let error as PerigeeError {
            #expect(!"\(error)".contains("fish"), "no secret is told: \(error)")
            #expect(error.remedy?.isEmpty == false, "a remedy follows: \(error)")
            return error
        }
        throw NoFailure()
    }

    @Test(
        "a request that fails with 500, 503 or 429 is sent again, the same", arguments: [500, 502, 503, 504, 429, 408])
    func again(status: Int) throws {
        let server = try ScriptedServer([.error(status, "InternalError"), .error(status, ""), .ok("", Self.good)])
        let store = try store(server)
        #expect(try store.put(Self.key, [1, 2, 3], if: .absent).token == "abc")
        #expect(server.requests.count == 3)
        for request in server.requests {
            #expect(request.body == [1, 2, 3])
            #expect(request.headers["if-none-match"] == ["*"])
        }
        #expect(store.meter.puts == 3)
    }

    @Test("a server that wants to be left alone is left alone for as long as it says")
    func slowDown() throws {
        let clock = ManualClock()
        let server = try ScriptedServer([.error(503, "SlowDown", [("retry-after", "17")]), .ok("", Self.good)])
        try store(server, clock: clock).put(Self.key, [1], if: .always)
        #expect(clock.now() >= .seconds(17))
        #expect(clock.now() < .seconds(30))
    }

    @Test("a server that never recovers is given up, and the error says that trying later can help")
    func never() throws {
        let server = try ScriptedServer([.error(503, "SlowDown")])
        let error = try failure { try store(server).delete(Self.key) }
        #expect(error.code == .io && error.canRetry)
        #expect(server.requests.count == S3Doors().policy.attemptsMax)
    }

    @Test("a condition that does not hold is a conflict, at once")
    func refused() throws {
        let server = try ScriptedServer([.error(412, "PreconditionFailed")])
        #expect(try failure { try store(server).put(Self.key, [1], if: .absent) }.code == .conflict)
        #expect(server.requests.count == 1)
        let missing = try ScriptedServer([.error(404, "NoSuchKey")])
        let error = try failure { try store(missing).put(Self.key, [1], if: .matches(BlobVersion("old"))) }
        #expect(error.code == .conflict)
    }

    @Test("a server that cannot decide between two writers is asked again")
    func undecided() throws {
        let server = try ScriptedServer([.error(409, "ConditionalRequestConflict"), .ok("", Self.good)])
        #expect(try store(server).put(Self.key, [1], if: .absent).token == "abc")
        // Where it never decides, nothing is taken to be there.
        let never = try ScriptedServer { _, asked in
            asked.method == "HEAD" ? .error(404, "") : .error(409, "ConditionalRequestConflict")
        }
        let error = try failure { try store(never).put(Self.key, [1], if: .absent) }
        #expect(error.code == .io && error.canRetry)
    }

    @Test("a put that went through unheard is told from another's by its bytes", arguments: [true, false])
    func unheard(isOurs: Bool) throws {
        let there: [UInt8] = isOurs ? [1, 2, 3] : [1, 2, 4]
        let server = try ScriptedServer { number, asked in
            switch asked.method {
            case "PUT": number == 0 ? .error(500, "InternalError") : .error(412, "PreconditionFailed")
            case "HEAD": ScriptedServer.Answer(headers: Self.good, body: there)
            default:
                ScriptedServer.Answer(
                    status: 206, headers: Self.good + [("content-range", "bytes 0-2/3")], body: there)
            }
        }
        let store = try store(server)
        if isOurs {
            #expect(try store.put(Self.key, [1, 2, 3], if: .absent).token == "abc")
        } else {
            #expect(try failure { try store.put(Self.key, [1, 2, 3], if: .absent) }.code == .conflict)
        }
    }

    @Test(
        "a large put whose completion went through unheard is told by its bytes where the store knows the upload no more",
        arguments: [PutCondition.always, .absent], [true, false])
    func forgotten(condition: PutCondition, isOurs: Bool) throws {
        let size = S3Store.wholeMax + 1
        let completions = Atomic(0)
        let server = try ScriptedServer { _, asked in
            switch asked.method {
            case "POST" where asked.uri.contains("uploadId="):
                let isFirst = completions.wrappingAdd(1, ordering: .relaxed).oldValue == 0
                return isFirst ? .error(500, "InternalError") : .error(404, "NoSuchUpload")
            case "POST":
                return .ok("<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
            case "HEAD": return ScriptedServer.Answer(headers: Self.good, saidLength: size)
            case "GET":
                let range = (asked.headers["range"].first ?? "").dropFirst("bytes=".count).split(separator: "-")
                guard range.count == 2, let first = Int(range[0]), let last = Int(range[1]) else { return .ok() }
                let said = [("content-range", "bytes \(first)-\(last)/\(size)")]
                let bytes = [UInt8](repeating: isOurs ? 0 : 1, count: last - first + 1)
                return ScriptedServer.Answer(status: 206, headers: Self.good + said, body: bytes)
            default: return .ok("", Self.good)
            }
        }
        let store = try store(server)
        let bytes = [UInt8](repeating: 0, count: size)
        guard !isOurs else {
            return #expect(try store.put(Self.key, bytes, if: condition).token == "abc")
        }
        let error = try failure { try store.put(Self.key, bytes, if: condition) }
        #expect(error.code == (condition == .absent ? .conflict : .io), "\(error)")
    }

    @Test("a body that ends too early is read again")
    func truncated() throws {
        let whole = [UInt8]((0..<100).map { UInt8($0) })
        var cut = ScriptedServer.Answer(
            status: 206, headers: Self.good + [("content-range", "bytes 0-99/100")], body: whole)
        let fine = cut
        cut.cutAfter = 60
        let server = try ScriptedServer([cut, cut, fine])
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = try buffer.withUnsafeMutableBytes { try store(server).read(Self.key, at: 0, into: $0) }
        #expect(count == 100 && buffer == whole)
        #expect(server.requests.count == 3)
        #expect(server.requests[0].headers["range"] == ["bytes=0-99"])
    }

    @Test(
        "a range that is not the one asked for is not taken",
        arguments: ["bytes 1-100/200", "bytes 0-98/200", "bytes 0-99", "items 0-99/200", "bytes 0-9/200"])
    func wrongRange(said: String) throws {
        let server = try ScriptedServer([
            ScriptedServer.Answer(
                status: 206, headers: Self.good + [("content-range", said)], body: [UInt8](repeating: 1, count: 100))
        ])
        var buffer = [UInt8](repeating: 0, count: 100)
        let error = try failure {
            _ = try buffer.withUnsafeMutableBytes { try store(server).read(Self.key, at: 0, into: $0) }
        }
        #expect(error.code == .io, "\(error)")
    }

    @Test("more bytes than were asked for are refused, not kept")
    func tooLong() throws {
        let server = try ScriptedServer([.ok(String(repeating: "x", count: 100_000), Self.good)])
        #expect(try failure { _ = try store(server).get(Self.key, limit: ByteCount(1000)) }.code == .limit)
        var buffer = [UInt8](repeating: 0, count: 100)
        let error = try failure {
            _ = try buffer.withUnsafeMutableBytes { try store(server).read(Self.key, at: 0, into: $0) }
        }
        #expect(error.code == .damaged)
    }

    @Test("bytes that are not those of the checksum that comes with them are read again")
    func checksum() throws {
        // printf right | openssl dgst -sha256 -binary | base64
        let sum = "JwQvTm7KfQsqfuQCbfLs+lHTM55tEiqgmRGOzYVjutk="
        let headers = Self.good + [("x-amz-checksum-sha256", sum)]
        let server = try ScriptedServer([.ok("wrong", headers), .ok("right", headers)])
        #expect(try store(server, checksums: true).get(Self.key, limit: ByteCount(100)) == Array("right".utf8))
        #expect(server.requests.count == 2)
    }

    @Test("a put of which the server says that it has stored other bytes is repeated")
    func storedWrong() throws {
        let server = try ScriptedServer([
            .ok("", Self.good + [("x-amz-checksum-sha256", "AAAA")]), .ok("", Self.good),
        ])
        try store(server, checksums: true).put(Self.key, [7], if: .always)
        #expect(server.requests.count == 2)
        // printf '\007' | openssl dgst -sha256 -binary | base64
        let sum = "yjWHWPbSfmz0UnKTeXenSP2IOR22ec7afce/HwBe6Hk="
        #expect(server.requests[0].headers["x-amz-checksum-sha256"] == [sum])
    }

    @Test("a clock that is off is set by the server's date, once, and the signature with it")
    func skew() throws {
        let date = ("date", "Wed, 25 Nov 2026 12:00:00 GMT")
        let server = try ScriptedServer { _, asked in
            let stamp = asked.headers["x-amz-date"].first ?? ""
            return stamp.hasPrefix("20261125T12")
                ? .ok("x", Self.good + [date]) : .error(403, "RequestTimeTooSkewed", [date])
        }
        let off = try #require(Timestamp(rfc3339: "2026-11-24T07:00:00Z"))
        let store = try store(server, now: off)
        #expect(try store.get(Self.key, limit: ByteCount(9)) == [UInt8(ascii: "x")])
        #expect(try store.get(Self.key, limit: ByteCount(9)) == [UInt8(ascii: "x")])
        #expect(server.requests.count == 3, "the second one knows the time")
        let stubborn = try ScriptedServer([.error(403, "RequestTimeTooSkewed", [date])])
        let error = try failure { _ = try self.store(stubborn, now: off).get(Self.key, limit: ByteCount(9)) }
        #expect(error.message.contains("104400 s off"), "\(error)")
        #expect(stubborn.requests.count == 2)
    }

    @Test("a redirect is not followed: nobody else sees a signed request", arguments: [301, 302, 307, 308])
    func redirect(status: Int) throws {
        let other = try ScriptedServer([.ok("", Self.good)])
        let server = try ScriptedServer([
            .error(
                status, "TemporaryRedirect",
                [("location", "http://127.0.0.1:\(other.port)/v/packs/one"), ("x-amz-bucket-region", "eu-south-2")])
        ])
        let error = try failure { try store(server).put(Self.key, [1], if: .always) }
        #expect(error.code == .usage)
        #expect(error.remedy?.contains("eu-south-2") == true)
        #expect(other.requests.isEmpty)
    }

    @Test("what refuses the keys, or the right, is said as that, without the keys")
    func denied() throws {
        for (code, wanted) in [
            ("SignatureDoesNotMatch", PerigeeError.Code.key), ("InvalidAccessKeyId", .key), ("ExpiredToken", .key),
            ("AccessDenied", .denied),
        ] {
            let server = try ScriptedServer([.error(403, code)])
            #expect(try failure { _ = try store(server).get(Self.key, limit: ByteCount(9)) }.code == wanted, "\(code)")
            #expect(server.requests.count == 1)
        }
        let none = try ScriptedServer([.error(404, "NoSuchBucket")])
        #expect(try failure { _ = try store(none).list("", after: nil, limit: 1) }.message.contains("no bucket"))
        #expect(try failure { _ = try store(none).get(Self.key, limit: ByteCount(9)) }.message.contains("no bucket"))
    }

    @Test("a server that speaks HTTP and is no object store is not taken at its word", arguments: [404, 400, 405, 501])
    func foreign(status: Int) throws {
        var page = ScriptedServer.Answer(status: status)
        page.body = Array("<html><body>Not here</body></html>".utf8)
        let server = try ScriptedServer([page])
        let error = try failure { _ = try store(server).fetch(Self.key, limit: ByteCount(9)) }
        #expect(error.code == .unsupported && error.message.contains("is not an object store"), "\(error)")
        #expect(error.message.contains("\(server.port)"), "\(error)")
        // What says nothing but has the headers of one is one.
        guard status == 404 else { return }
        let silent = try ScriptedServer([.init(status: 404, headers: [("x-amz-request-id", "1")])])
        #expect(try store(silent).fetch(Self.key, limit: ByteCount(9)) == nil)
        let told = try ScriptedServer([.error(404, "NoSuchKey")])
        #expect(try store(told).fetch(Self.key, limit: ByteCount(9)) == nil)
    }

    @Test("a server that falls silent is not waited for without end")
    func silent() throws {
        var silence = ScriptedServer.Answer()
        silence.isSilent = true
        let server = try ScriptedServer([silence, .ok("x", Self.good)])
        #expect(try store(server).get(Self.key, limit: ByteCount(9)) == [UInt8(ascii: "x")])
        #expect(server.requests.count == 2)
    }

    @Test("a server that has answered and is gone is waited for, some two minutes")
    func awaited() throws {
        let server = try ScriptedServer([.ok("x", Self.good + [("connection", "close")])])
        let clock = ManualClock()
        let store = try store(server, clock: clock)
        #expect(try store.get(Self.key, limit: ByteCount(9)) == [UInt8(ascii: "x")])
        try server.close()
        let error = try failure { _ = try store.get(Self.key, limit: ByteCount(9)) }
        #expect(error.code == .io && error.canRetry, "\(error)")
        #expect(server.requests.count == 1)
        #expect(store.meter.reads == 1 + 16)
        #expect(clock.now() > .seconds(40) && clock.now() < .seconds(180), "\(clock.now())")
    }

    @Test("a quota that is used up is said to be one, and not to be a matter of rights")
    func quota() throws {
        let server = try ScriptedServer([.error(403, "QuotaExceeded")])
        let error = try failure { try store(server).put(Self.key, [1], if: .always) }
        #expect(error.code == .noSpace && error.remedy?.contains("quota") == true, "\(error)")
    }

    @Test("a server that is not there is given up soon")
    func unreached() throws {
        let meter = try LocalPort.withDeafPort { port in
            let settings = try S3Settings(
                endpoint: S3Endpoint(parsing: "http://127.0.0.1:\(port)"), region: "r", bucket: "bucket", prefix: "",
                credentials: S3Credentials(accessKey: "a", secretKey: "swordfish"))
            var doors = S3Doors()
            doors.clock = ManualClock()
            let store = try S3Store(
                settings,
                S3Capabilities(
                    probed: Timestamp(seconds: 0), writers: .many, creates: true, replacing: .quoted, assembles: true,
                    checksums: true), doors: doors)
            let error = try failure { _ = try store.info(Self.key) }
            #expect(error.code == .io && error.canRetry)
            return store.meter
        }
        #expect(try #require(meter).infos == 4)
    }
}
