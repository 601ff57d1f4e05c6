import Foundation
import Model
import Testing

@Suite("The report of a run")
struct RunReportTests {
    private var report: RunReport {
        var report = RunReport(verb: "sync", source: "/a", destination: "/b")
        report.bytes.wireSent = 7
        report.seconds.total = 1.5
        report.failures = [.init(path: "x", code: .denied, message: "no")]
        return report
    }

    @Test("has exactly the members of the contract, null where nothing applies")
    func members() throws {
        let document = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any]
        let members = try #require(document)
        #expect(
            Set(members.keys) == [
                "schema", "verb", "source", "destination", "snapshot", "dry_run", "files", "bytes", "chunks",
                "requests",
                "seconds", "peak_memory", "verified", "estimate", "failures", "warnings", "route",
            ])
        func names(_ key: String) -> Set<String> { Set((members[key] as? [String: Any] ?? [:]).keys) }
        #expect(names("files") == ["scanned", "unchanged", "new", "changed", "renamed", "deleted", "failed"])
        #expect(
            names("bytes") == ["logical", "read", "missing", "reused", "wire_sent", "wire_received", "stored"])
        #expect(names("chunks") == ["total", "missing"])
        #expect(names("requests") == ["put", "get", "list"])
        #expect(names("seconds") == ["total", "scan", "transfer", "publish"])
        #expect(members["snapshot"] is NSNull && members["estimate"] is NSNull && members["route"] is NSNull)
        #expect(members["schema"] as? String == "perigee.report/1")
    }

    @Test("is read back as it was written, with an estimate and without")
    func roundTrip() throws {
        var report = report
        let decoder = JSONDecoder()
        #expect(try decoder.decode(RunReport.self, from: JSONEncoder().encode(report)) == report)
        report.estimate = .init(
            bytes: .init(p10: 1, p50: 2, p90: 3), seconds: .init(exactly: 1), money: .init(p50: "0.10"))
        report.snapshot = String(repeating: "a", count: 64)
        report.route = .init(from: "a", to: "b", via: "c", reason: "why")
        #expect(try decoder.decode(RunReport.self, from: JSONEncoder().encode(report)) == report)
    }

    @Test("is refused where the document is of another schema")
    func otherSchema() throws {
        let text = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        let other = Data(text.replacing("report\\/1", with: "report\\/2").replacing("report/1", with: "report/2").utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(RunReport.self, from: other) }
    }
}

@Suite("An error")
struct PerigeeErrorTests {
    @Test("says where, what, why and what to do, and keeps its first place")
    func text() {
        struct Cause: Error {}
        let error = PerigeeError(.io, "cannot read it", remedy: "look at the log", cause: Cause()).at("a").at("b")
        #expect(error.description == "a: cannot read it (Cause()); look at the log")
        #expect(PerigeeError(.io, "broken").description == "broken")
    }

    @Test("has codes that reports can spell")
    func codes() {
        for code in PerigeeError.Code.allCases {
            #expect(code.rawValue.allSatisfy { $0.isLowercase || $0 == "_" })
        }
    }
}
