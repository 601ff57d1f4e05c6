import Model
import ObjectStorage
import Storage
import TestSupport
import Testing

/// What the tests of object stores share.
enum S3Fixture {
    /// How a folder of its own on a server is reached.
    static func settings(_ server: ObjectServer, prefix: String? = nil) throws -> S3Settings {
        try S3Settings(
            endpoint: S3Endpoint(parsing: server.endpoint), region: "us-east-1", bucket: server.bucket,
            prefix: prefix ?? "t\(String(UInt64.random(in: .min ... .max), radix: 16))",
            credentials: S3Credentials(accessKey: server.accessKey, secretKey: server.secretKey))
    }

    /// An empty store on a server of which all is known that a probe finds out.
    static func store(_ server: ObjectServer) throws -> S3Store {
        let capabilities = try S3Probe(settings(server), tag: "conformance").run().capabilities
        return try S3Store(settings(server), capabilities)
    }
}

@Suite(
    "Object stores keep the promises of BlobStore",
    .enabled(if: ObjectServer.isInstalled, "make setup-tests installs the servers"))
struct S3ConformanceTests {
    @Test("SeaweedFS", arguments: BlobStoreConformance.allCases)
    func seaweed(check: BlobStoreConformance) throws {
        try check.run(S3Fixture.store(ObjectServer.seaweed.get()))
    }
}

@Suite("A server that is named keeps the promises of BlobStore", .enabled(if: ObjectServer.other != nil))
struct S3OtherConformanceTests {
    @Test("PERIGEE_S3_ENDPOINT", arguments: BlobStoreConformance.allCases)
    func other(check: BlobStoreConformance) throws {
        try check.run(S3Fixture.store(#require(ObjectServer.other)))
    }

    @Test("what it honours is enough for many writers")
    func probe() throws {
        let report = try S3Probe(S3Fixture.settings(#require(ObjectServer.other)), tag: "a1").run()
        for trait in report.traits { print("\(trait.name.rawValue): \(trait.detail)") }
        #expect(report.capabilities.allowsManyWriters)
    }
}
