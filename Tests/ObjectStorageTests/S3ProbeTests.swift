import ObjectStorage
import Storage
import TestSupport
import Testing

@Suite(
    "The probe sees what a server really honours",
    .enabled(if: ObjectServer.isInstalled, "make setup installs the servers"))
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
