import Foundation
import TestSupport
import Testing

/// Object stores that a configuration names, each with an endpoint and keys of its own.
@Suite(
    "Object stores by the names of their sites",
    .enabled(if: ObjectServer.isInstalled, "make setup-tests installs the servers"))
struct NamedStoreTests {
    @Test("take every verb as SITE:DATASET, with endpoint, keys and secret from the configuration alone")
    func verbs() throws { try verbs(ObjectServer.seaweed.get(), and: ObjectServer.seaweed.get()) }

    /// A host whose configuration names two sites with object stores, `cloud` and `other`.
    private func site(_ cloud: ObjectServer, _ other: ObjectServer) throws -> NamedSite {
        let site = try NamedSite()
        let tag = UUID().uuidString.lowercased()
        func described(_ name: String, _ server: ObjectServer) -> String {
            """
              \(name):
                vault: "s3://\(server.bucket)/\(tag)-\(name)"
                s3: { endpoint: "\(server.endpoint)", access_key: env:STORE_KEY, secret_key: env:STORE_SECRET }
                passphrase: env:LAB_SECRET

            """
        }
        let text = String(decoding: try site.site.scratch.read("perigee.yaml"), as: UTF8.self)
        try site.write(
            text.replacing("sites:\n", with: "sites:\n" + described("cloud", cloud) + described("other", other)))
        return site
    }

    /// All verbs, with the sites' vaults in two servers, or in one.
    func verbs(_ cloud: ObjectServer, and other: ObjectServer) throws {
        var seed = Seed.fromEnvironment()
        let site = try site(cloud, other)
        let keys = ["STORE_KEY": cloud.accessKey, "STORE_SECRET": cloud.secretKey]
        func done(_ arguments: String...) throws -> FaultSite.Report {
            let report = try site.run(arguments, with: keys)
            try #require(report.status == 0, "\(arguments): \(report.text)")
            return report
        }
        try site.makeSource(&seed)
        _ = try done("init", "cloud:")
        _ = try done("init", "other:", "--like", "cloud:")
        let made = try done("replicate", "d", "--to", "cloud")
        #expect(made["bytes", "missing"] > 2 << 20 && made.route("to") == "cloud", "\(made.text)")
        // From store to store by names: first how much, then that much.
        let foreseen = try done("estimate", "cloud:d", "other:d")
        let moved = try done("replicate", "d", "--from", "cloud", "--to", "other")
        #expect(foreseen.middle("bytes", "missing") == moved["bytes", "missing"], "\(foreseen.text) \(moved.text)")
        #expect(foreseen.middle("bytes", "missing") == made["bytes", "missing"])
        let again = try done("estimate", "cloud:d", "other:d")
        #expect(again.middle("bytes", "missing") == 0 && again.middle("bytes", "wire_sent") == 0, "\(again.text)")
        #expect(try done("sync", "cloud:d", "other:d")["chunks", "missing"] == 0)
        #expect(try done("verify", "other:d", "--data").document["sound"] as? Bool == true)
        #expect((try done("log", "other:").document["snapshots"] as? [Any])?.isEmpty == false)
        #expect((try done("ls", "other:d@latest", "d1").document["entries"] as? [Any])?.count == 7)
        #expect(try done("diff", "cloud:d", "other:d", "--data").document["changes"] as? [String] == [])
        _ = try done("restore", "other:d", "@r")
        let told = try site.site.shell("diff -r --no-dereference s r")
        #expect(told.text.split(separator: "\n").map(String.init) == ["Only in s: left out.tmp"], "\(told.text)")
        // Keys of another store in the environment are of no matter, and a secret that is not there is said by its name.
        let shadowed = try site.run(
            "log", "cloud:d", with: keys.merging(["AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"]) { $1 })
        #expect(shadowed.status == 0, "\(shadowed.text)")
        let without = try site.run("log", "cloud:d")
        #expect(without.status != 0 && without.text.contains("STORE_KEY"), "\(without.text)")
    }
}

@Suite("An object store that is named, by the name of its site", .enabled(if: ObjectServer.other != nil))
struct S3OtherNamedTests {
    @Test(
        "and another one take every verb as SITE:DATASET",
        .enabled(if: ObjectServer.isInstalled, "make setup-tests installs the servers"))
    func verbs() throws {
        try NamedStoreTests().verbs(#require(ObjectServer.other), and: ObjectServer.seaweed.get())
    }
}

extension FaultSite.Report {
    /// The middle of a figure's spread.
    func middle(_ group: String, _ figure: String) -> Int {
        let spread = (document[group] as? [String: Any])?[figure] as? [String: Any]
        return (spread?["p50"] as? NSNumber)?.intValue ?? -1
    }
}
