import Configurations
import Foundation
import Model
import Testing

@Suite("A configuration")
struct ConfigurationReadingTests {
    private func read(_ text: String) -> PerigeeConfiguration.Reading { PerigeeConfiguration.read(Array(text.utf8)) }

    @Test("that is sound is read", arguments: GoodConfiguration.all)
    func good(text: String) {
        let reading = read(text)
        #expect(reading.faults == [] && reading.configuration != nil)
    }

    @Test("that is not says where, why and what to write instead", arguments: BadConfiguration.all)
    func bad(example: BadConfiguration) throws {
        let reading = read(example.file)
        #expect(reading.configuration == nil)
        let fault = try #require(reading.faults.first)
        #expect(reading.faultCount == 1, "\(reading.faults)")
        #expect(fault.position == Position(line: example.line, column: example.column), "\(fault)")
        #expect(fault.key == example.key)
        #expect("\(fault.message); \(fault.remedy)".contains(example.says), "\(fault)")
        #expect(!fault.remedy.isEmpty && !fault.message.contains("hunter2"))
    }

    @Test("with many faults has all of them told, in the order of the file")
    func manyFaults() throws {
        let text = """
            version: 1
            sites:
              berlin: { vault: /srv, pasphrase: x }
              berlin: {}
            links:
              - { from: berlin, to: virginia, loss: 7 }
            limits:
              threads: many
              threads: 2
            """
        let reading = read(text)
        #expect(
            reading.faults.map { "\($0.position) \($0.key)" } == [
                "3:20 sites.berlin.vault", "3:26 sites.berlin.pasphrase", "4:3 sites.berlin", "6:25 links[0].to",
                "6:41 links[0].loss", "8:12 limits.threads", "9:3 limits.threads",
            ], "\(reading.faults)")
        let error = #expect(throws: PerigeeError.self) {
            try PerigeeConfiguration.read(Array(text.utf8), at: "x.yaml")
        }
        #expect(error?.code == .usage && error?.place == "x.yaml:3:20: sites.berlin.vault")
        #expect(error?.remedy?.contains("config check x.yaml shows all 7 faults") == true)
    }

    @Test("says what it says")
    func values() throws {
        let text = """
            version: 1
            here: lab
            sites:
              lab: { attributes: { country: NO, racks: 3 }, vault: vault:/srv/v, passphrase: env:LAB }
              cloud: { s3: { endpoint: "https://s3.example.org", profile: p }, vault: s3://bucket/a/b, limit: 1MB/s }
            links: [{ from: lab, to: cloud, bandwidth: 1Gbit/s, round_trip: 95ms, loss: 0.01 }]
            datasets:
              d: { source: lab, exclude: ["*.o", "/x*"], replicas: { lab: /data/d, cloud: "s3://bucket/a/b#other" } }
              e: { replicas: { lab: { at: /data/e, publish: generations } } }
            replication: [{ dataset: d, copies: 2, rpo: 1d, site_expression: "country=NO" }]
            schedules: [{ name: nightly, at: "0 2 * * *" }]
            """
        let configuration = try PerigeeConfiguration.read(Array(text.utf8), at: "x")
        let lab = try #require(configuration.site("lab"))
        #expect(lab.attributes.map(\.name) == ["country", "racks"])
        #expect(lab.attributes.map(\.value) == [.text("NO"), .integer(3)])
        #expect(lab.passphrase == .environment("LAB") && lab.vault == .folder("/srv/v"))
        #expect(configuration.here == "lab")
        let cloud = try #require(configuration.site("cloud"))
        #expect(
            cloud.vault == .bucket("bucket", prefix: "a/b") && cloud.limit?.rate(atMinute: 0)?.bytesPerSecond == 1e6)
        let link = try #require(configuration.link(from: "lab", to: "cloud"))
        #expect(link.bandwidth?.bytesPerSecond == 125e6 && link.roundTrip == 0.095 && link.loss == 0.01)
        #expect(configuration.link(from: "cloud", to: "lab") == nil)
        let d = try #require(configuration.dataset("d"))
        #expect(d.exclude == ["*.o", "/x*"] && d.source == "lab")
        #expect(
            configuration.replica(of: d, at: cloud)?.place == .vault(.bucket("bucket", prefix: "a/b"), dataset: "other")
        )
        let e = try #require(configuration.dataset("e"))
        #expect(configuration.replica(of: e, at: lab)?.isGenerations == true)
        #expect(
            configuration.replica(of: e, at: cloud)?.place == .vault(.bucket("bucket", prefix: "a/b"), dataset: "e"))
        #expect(configuration.rules.first?.rpo?.seconds == 86_400 && configuration.rules.first?.name == "d")
        let schedules = try #require(configuration.sections["schedules"])
        guard case .sequence(let items) = schedules.value else { throw PerigeeError(.format, "no list") }
        #expect(items.first?["at"]?.scalar == .text("0 2 * * *"))
        #expect(items.first?["at"]?.position == Position(line: 11, column: 34))
    }

    @Test("is the same where only blanks and comments differ in what is kept as it is written")
    func sameSections() throws {
        func section(_ text: String) throws -> ConfigurationNode? {
            try PerigeeConfiguration.read(Array("version: 1\n\(text)".utf8), at: "x").sections["policies"]
        }
        #expect(try section("policies: { a: [1, b] }\n") == section("# why\npolicies:\n  a:\n    - 1\n    - b\n"))
        #expect(try section("policies: { a: 1 }\n") != section("policies: { a: '1' }\n"))
    }

    @Test("is looked for where the contract says, in that order")
    func search() {
        func search(_ variables: [String: String], _ files: Set<String>) -> ConfigurationSearch {
            ConfigurationSearch(variable: { variables[$0] }, exists: { files.contains($0) })
        }
        let home = "/h/.config/perigee/perigee.yaml"
        let all: Set = ["./perigee.yaml", home, "/x/perigee/perigee.yaml"]
        #expect(search(["HOME": "/h"], all).find(named: "f") == .init(path: "f", isNamed: true))
        #expect(search(["PERIGEE_CONFIG": "g", "HOME": "/h"], all).find(named: nil) == .init(path: "g", isNamed: true))
        #expect(search(["HOME": "/h"], all).find(named: nil) == .init(path: "./perigee.yaml", isNamed: false))
        #expect(search(["HOME": "/h"], [home]).find(named: nil)?.path == home)
        let base = ["HOME": "/h", "XDG_CONFIG_HOME": "/x"]
        #expect(search(base, [home, "/x/perigee/perigee.yaml"]).find(named: nil)?.path == "/x/perigee/perigee.yaml")
        #expect(search(base, [home]).find(named: nil) == nil)
    }
}
