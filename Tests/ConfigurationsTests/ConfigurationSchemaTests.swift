import Configurations
import Foundation
import TestSupport
import Testing

/// The schema and the reader, held against the same files by a validator that is not ours.
@Suite(
    "The schema of a configuration",
    .enabled(if: SchemaValidator.isInstalled, "make setup-tests installs the validator"))
struct ConfigurationSchemaTests {
    private func node(_ text: String) throws -> ConfigurationNode {
        let log = FaultLog()
        let node = ConfigurationNode.read(Array(text.utf8), log)
        return try #require(node, "\(log.faults)")
    }

    @Test("accepts what the reader accepts, and refuses what it can see of what that refuses")
    func agreement() throws {
        let good = try SchemaValidator("configuration").validate(GoodConfiguration.all.map(node))
        for (text, fault) in zip(GoodConfiguration.all, good) { #expect(fault == "", "\(text)") }
        let bad = try SchemaValidator("configuration").validate(BadConfiguration.all.map { try node($0.file) })
        for (example, fault) in zip(BadConfiguration.all, bad) {
            #expect(fault.isEmpty != example.seenBySchema, "\(example.file): \(fault)")
        }
        #expect(good.count == GoodConfiguration.all.count && bad.count == BadConfiguration.all.count)
    }

    @Test("refuses what the daemon and its API would refuse of serve:")
    func serve() throws {
        let bad = [
            "log: xml", "log_level: loud", "history: 7", "stop_within: soon", "lock: true", "agent: {}",
            "agent: { listen: 7374 }", "agent: { exports: a=/a }", "agent: { listen: 1, exports: a=/a, more: 1 }",
            "api: []",
            "api: { lisen: 'localhost:1' }", "api: { listen: 7375 }", "api: { listen: 'a b' }", "api: { tls: yes }",
            "api: { tls: { certificate: /a } }", "api: { hosts: a }", "api: { metrics: closed }", "api: { rate: 0 }",
            "api: { rate: 1.5 }", "api: { scenarios: ['']}",
        ]
        let faults = try SchemaValidator("configuration").validate(
            bad.map { try node("version: 1\nserve: { \($0) }\n") })
        for (text, fault) in zip(bad, faults) { #expect(!fault.isEmpty, "\(text)") }
        #expect(faults.count == bad.count)
    }

    @Test("accepts the example, which the reader accepts too and which shows every key")
    func example() throws {
        let bytes = try Data(contentsOf: SchemaValidator.top.appendingPathComponent("Config/perigee.yaml"))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(try SchemaValidator("configuration").validate([node(text)]) == [""])
        let configuration = try PerigeeConfiguration.read(Array(bytes), at: "Config/perigee.yaml")
        #expect(configuration.sites.map(\.name) == ["berlin", "potsdam", "virginia"])
        #expect(configuration.links.count == 2 && configuration.rules.count == 2 && configuration.notices.count == 2)
        #expect(configuration.dataset("weights")?.source == "berlin")
        for key in ["here", "ssh", "agent", "s3", "vault", "passphrase", "limit", "source", "exclude", "include"] {
            #expect(text.contains("\(key):"), "\(key) is not shown")
        }
    }
}
