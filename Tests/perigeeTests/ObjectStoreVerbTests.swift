import Foundation
import TestSupport
import Testing

/// A vault in an object store, as users have it: endpoint and keys in the environment.
struct ObjectSite {
    let scratch: Scratch
    let vault: String
    let environment: [String: String]
    private let server: ObjectServer

    init(_ server: ObjectServer) throws {
        self.server = server
        scratch = try Scratch()
        vault = "s3://\(server.bucket)/v\(UUID().uuidString.lowercased())"
        environment = [
            "AWS_ACCESS_KEY_ID": server.accessKey, "AWS_SECRET_ACCESS_KEY": server.secretKey,
            "AWS_ENDPOINT_URL_S3": server.endpoint, "PERIGEE_PASSPHRASE": "correct horse",
            "PERIGEE_STATE": scratch.path("state"),
        ]
    }

    func run(_ arguments: String...) throws -> Program.Outcome { try run(arguments) }

    /// A run that takes too long says what the server has to say of it.
    private func run(_ arguments: [String]) throws -> Program.Outcome {
        do {
            return try Program.run(arguments, environment: environment)
        } catch let failure as ChildProcess.Failure {
            throw ChildProcess.Failure(description: "\(failure)\n\(server.kind):\n\(server.lastWords)")
        }
    }

    /// Runs, and expects that all went well.
    @discardableResult
    func done(_ arguments: String...) throws -> [String: Any] {
        let outcome = try run(arguments + ["--json"])
        try #require(outcome.status == 0, "\(arguments): \(outcome.text) \(outcome.errors)")
        return try outcome.document()
    }

    /// Whether two folders of the scratch folder are the same to the last byte.
    func expectSame(_ a: String, _ b: String) throws {
        let outcome = try Program.shell("diff -r --no-dereference \(a) \(b)", in: scratch)
        #expect(outcome.status == 0, "\(outcome.text) \(outcome.errors)")
    }
}

@Suite(
    "The verbs of vaults in object stores",
    .enabled(if: ObjectServer.isInstalled, "make setup-tests installs the servers"))
struct ObjectStoreVerbTests {
    /// A tree with folders, small files, large ones, links and repetitions.
    private func tree(_ site: ObjectSite) throws {
        var seed = Seed.fromEnvironment()
        for index in 0..<300 { try site.scratch.write("s/d\(index % 9)/f\(index)", random: index * 37, &seed) }
        try site.scratch.write("s/large", random: 34 << 20, &seed)
        try site.scratch.write("s/text", String(repeating: "the same line again\n", count: 100_000))
        _ = try Program.shell("cp s/large s/copy; ln -s text s/link; mkdir s/empty; touch s/nothing", in: site.scratch)
    }

    @Test("init, snapshot, log, ls, cat, diff, verify, restore: every byte comes back")
    func whole() throws {
        try whole(ObjectServer.seaweed.get())
    }

    /// All verbs, one after the other.
    func whole(_ server: ObjectServer) throws {
        let site = try ObjectSite(server)
        try tree(site)
        let made = try site.done("init", site.vault)
        let store = try #require(made["store"] as? [String: Any])
        #expect(store["writers"] as? String == "many")
        #expect(try SchemaCheck("vault.schema.json").faults(made).isEmpty)
        let report = try site.done("snapshot", site.scratch.path("s"), "\(site.vault)#d")
        #expect(try SchemaCheck("report.schema.json").faults(report).isEmpty)
        let snapshots = try #require(try site.done("log", "\(site.vault)#d")["snapshots"] as? [[String: Any]])
        #expect(snapshots.count == 1)
        let listed = try site.run("ls", "\(site.vault)#d", "d3")
        #expect(listed.status == 0 && listed.text.contains("f3"))
        let cat = try Program.run("cat", "\(site.vault)#d", "text", environment: site.environment)
        #expect(cat.output == (try site.scratch.read("s/text")))
        #expect(try site.run("diff", "\(site.vault)#d", site.scratch.path("s"), "--data").status == 0)
        #expect(try site.done("verify", site.vault, "--data")["sound"] as? Bool == true)
        #expect(try site.done("keys", "list", site.vault)["keys"] != nil)
        try site.done("restore", "\(site.vault)#d", site.scratch.path("r"))
        try site.expectSame("s", "r")
        // And by sync, both ways.
        try site.scratch.write("s/text", "changed\n")
        try site.done("sync", site.scratch.path("s"), "\(site.vault)#d")
        try site.done("sync", "\(site.vault)#d", site.scratch.path("r"), "--delete")
        try site.expectSame("s", "r")
        try site.done("estimate", site.scratch.path("s"), "\(site.vault)#d")
    }

    @Test("a snapshot of what has not changed asks for little")
    func unchanged() throws {
        let site = try ObjectSite(ObjectServer.seaweed.get())
        try tree(site)
        try site.done("init", site.vault)
        try site.done("snapshot", site.scratch.path("s"), "\(site.vault)#d")
        // Young times of modification are looked at again.
        Thread.sleep(forTimeInterval: 0.3)
        try site.done("snapshot", site.scratch.path("s"), "\(site.vault)#d")
        let report = try site.done("snapshot", site.scratch.path("s"), "\(site.vault)#d")
        let requests = try #require(report["requests"] as? [String: Int])
        let all = requests.values.reduce(0, +)
        // All that was asked, opening the vault included.
        #expect(all <= 24 && requests["get"] ?? 0 >= 6 && requests["list"] ?? 0 >= 2, "\(requests)")
        let bytes = try #require(report["bytes"] as? [String: Int])
        #expect(bytes["missing"] == 0)
    }

    @Test("a vault within another is refused, and nothing is written")
    func within() throws {
        let site = try ObjectSite(ObjectServer.seaweed.get())
        try site.done("init", site.vault)
        for place in ["\(site.vault)/packs", "\(site.vault)/a/b"] {
            let refused = try site.run("init", place)
            #expect(refused.status == 1, "\(refused.errors)")
            #expect(refused.errors.contains("within the vault \(site.vault)"), "\(refused.errors)")
        }
        #expect(try site.done("verify", site.vault)["sound"] as? Bool == true)
        try site.done("init", "\(site.vault)-beside")
    }

    @Test("a second run finds the index in the state folder")
    func cache() throws {
        let site = try ObjectSite(ObjectServer.seaweed.get())
        try tree(site)
        let id = try #require(try site.done("init", site.vault)["id"] as? String)
        try site.done("snapshot", site.scratch.path("s"), "\(site.vault)#d")
        let cached = try FileManager.default.contentsOfDirectory(atPath: site.scratch.path("state/index/\(id)"))
        #expect(cached.contains { $0.hasSuffix(".index") })
    }

    @Test("a run that is killed leaves a sound vault, and what it stored is used by the next")
    func killed() throws {
        let site = try ObjectSite(ObjectServer.seaweed.get())
        try tree(site)
        var seed = Seed.fromEnvironment()
        for index in 0..<3 { try site.scratch.write("s/more\(index)", random: 24 << 20, &seed) }
        try site.done("init", site.vault)
        for delay in [0.4, 0.9, 1.5] {
            let line = "timeout -s KILL \(delay) $P snapshot s '\(site.vault)#d' --quiet"
            _ = try Program.run(
                ["-c", line], environment: site.environment.merging(["P": Program.path]) { $1 }, in: site.scratch,
                program: "/bin/bash")
            #expect(try site.done("verify", site.vault)["sound"] as? Bool == true)
        }
        try site.done("snapshot", site.scratch.path("s"), "\(site.vault)#d")
        #expect(try site.done("verify", site.vault, "--data")["sound"] as? Bool == true)
        try site.done("restore", "\(site.vault)#d", site.scratch.path("r"))
        try site.expectSame("s", "r")
    }

    @Test("a server that ignores conditions is refused, but for one writer at a time, who is safe")
    func singleWriter() throws {
        let site = try ObjectSite(ObjectServer.juice.get())
        try site.scratch.write("s/a", "one\n")
        let refused = try site.run("init", site.vault, "--json")
        #expect(refused.status == 2)
        let error = try refused.document()
        #expect(error["code"] as? String == "unsupported")
        #expect((error["remedy"] as? String)?.contains("--single-writer") == true)
        let made = try site.done("init", site.vault, "--single-writer")
        #expect((made["store"] as? [String: Any])?["writers"] as? String == "one")
        try site.done("snapshot", site.scratch.path("s"), "\(site.vault)#d")
        try site.done("snapshot", site.scratch.path("s"), "\(site.vault)#d")
        try site.done("restore", "\(site.vault)#d", site.scratch.path("r"))
        try site.expectSame("s", "r")
    }

    @Test("two writers at once into a vault for one: one is told to wait, and nothing is lost")
    func twoWriters() throws {
        let site = try ObjectSite(ObjectServer.juice.get())
        for index in 0..<20 { try site.scratch.write("s/f\(index)", "\(index)\n") }
        try site.done("init", site.vault, "--single-writer")
        let line = """
            for i in 1 2; do ( $P snapshot s "\(site.vault)#d$i" --json --state state$i > out$i 2> err$i; echo $? > rc$i ) & \
            done; wait
            """
        _ = try Program.run(
            ["-c", line], environment: site.environment.merging(["P": Program.path]) { $1 }, in: site.scratch,
            program: "/bin/bash")
        let statuses = try [1, 2].map {
            String(decoding: try site.scratch.read("rc\($0)"), as: UTF8.self).trimmingCharacters(
                in: .whitespacesAndNewlines)
        }
        #expect(statuses.contains("0"), "\(statuses)")
        for index in [1, 2] where statuses[index - 1] != "0" {
            let text = String(decoding: try site.scratch.read("out\(index)"), as: UTF8.self)
            #expect(text.contains("\"busy\"") && text.contains("another writer"), "\(text)")
        }
        #expect(try site.done("verify", site.vault)["sound"] as? Bool == true)
        for index in [1, 2] { try site.done("snapshot", site.scratch.path("s"), "\(site.vault)#d\(index)") }
    }

    @Test("doctor says what a store honours")
    func doctor() throws {
        let site = try ObjectSite(ObjectServer.juice.get())
        let found = try #require(try site.done("doctor", site.vault)["findings"] as? [[String: Any]])
        let store = found.filter { $0["subject"] as? String == "store" }
        #expect(
            store.contains { ($0["detail"] as? String)?.contains("conditional create: ignored") == true }, "\(store)")
        #expect(store.contains { $0["verdict"] as? String == "good" })
    }

    @Test("what is wrong with endpoint, keys or bucket is said, without the keys")
    func wrong() throws {
        let server = try ObjectServer.seaweed.get()
        let site = try ObjectSite(server)
        func code(_ extra: [String: String?], _ vault: String? = nil) throws -> String? {
            var environment = site.environment
            for (name, value) in extra { environment[name] = value }
            let outcome = try Program.run("log", vault ?? site.vault, "--json", environment: environment)
            #expect(outcome.status == 1 || outcome.status == 2)
            #expect(!outcome.text.contains("testsecret") && !outcome.errors.contains("testsecret"))
            return try outcome.document()["code"] as? String
        }
        #expect(try code([:]) == "not_found")
        #expect(try code(["AWS_SECRET_ACCESS_KEY": "wrong"]) == "key")
        #expect(try code(["AWS_ACCESS_KEY_ID": nil]) == "key")
        #expect(try code(["AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"]) == "io")
        #expect(try code([:], "s3://no-such-bucket/x") == "not_found")
        #expect(try code([:], "s3://a/x") == "usage")
        let folder = try Program.run(
            "init", "vault:\(site.scratch.path("v"))", "--single-writer", environment: site.environment)
        #expect(folder.status == 2)
    }
}

@Suite("The verbs of vaults in an object store that is named", .enabled(if: ObjectServer.other != nil))
struct S3OtherVerbTests {
    @Test("every byte comes back")
    func whole() throws { try ObjectStoreVerbTests().whole(#require(ObjectServer.other)) }
}
