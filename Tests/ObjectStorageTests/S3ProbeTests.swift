import Model
import ObjectStorage
import Storage
import TestSupport
import Testing

@Suite(
    "The probe sees what a server really honours",
    .enabled(if: ObjectServer.isInstalled, "make setup-tests installs the servers"))
struct S3ProbeTests {
    @Test("SeaweedFS honours everything, and nothing is left of the probe")
    func seaweed() throws {
        let settings = try S3Fixture.settings(ObjectServer.seaweed.get())
        let probe = try S3Probe(settings, tag: "a1")
        let report = try probe.run()
        #expect(report.traits.map(\.name) == S3Trait.Name.allCases)
        for trait in report.traits { #expect(trait.isHonoured, "\(trait.name.rawValue): \(trait.detail)") }
        #expect(report.capabilities.allowsManyWriters)
        #expect(report.capabilities.writers == .many)
        #expect(probe.meter.requests < 100, "\(probe.meter)")
        #expect(try S3Store(settings, report.capabilities).list("", after: nil, limit: 10).isEmpty)
    }

    @Test("TLS goes by the authority that is named, and by no other")
    func secure() throws {
        let server = try ObjectServer.seaweed.get()
        let secure = try #require(server.secure)
        var settings = try S3Fixture.settings(server)
        settings.endpoint = try S3Endpoint(parsing: secure.endpoint)
        settings.caBundle = secure.certificate
        let capabilities = try S3Probe(settings, tag: "a1").run().capabilities
        let key = try #require(BlobKey("a"))
        try S3Store(settings, capabilities).put(key, [UInt8](repeating: 7, count: 3 << 20), if: .absent)
        settings.caBundle = nil
        let stranger = try S3Store(settings, capabilities)
        #expect {
            try stranger.info(key)
        } throws: { ($0 as? PerigeeError)?.code == .denied && "\($0)".contains("AWS_CA_BUNDLE") }
        #expect(stranger.meter.infos == 1, "a certificate does not get better")
        settings.caBundle = "/nothing/here.pem"
        #expect(throws: PerigeeError.self) { try S3Store(settings, capabilities) }
    }

    @Test("the JuiceFS gateway accepts conditional puts in silence, and is found out")
    func juice() throws {
        let settings = try S3Fixture.settings(ObjectServer.juice.get())
        let report = try S3Probe(settings, tag: "a1").run()
        #expect(!report.honours(.create))
        #expect(!report.honours(.replace))
        #expect(report.honours(.reachable) && report.honours(.order) && report.honours(.ranges))
        #expect(!report.capabilities.allowsManyWriters)
        #expect(report.capabilities.writers == .one)
    }
}
