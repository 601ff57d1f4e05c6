import Foundation
import TestSupport
import Testing

/// The verbs that look at trees, estimate, and move between trees and vaults, with a tree on another host.
@Suite("Verbs with a tree on another host") struct RemoteLookTests {
    private let scratch: Scratch
    private let environment: [String: String]
    private let far: String

    init() throws {
        scratch = try Scratch()
        environment = try FakeShell.install(in: scratch).merging(["PERIGEE_PASSPHRASE": "rosebud"]) { $1 }
        far = "someone@far:" + scratch.path("a")
        try scratch.write("a/docs/one.txt", "one")
        try scratch.write("a/docs-old", "old")
        try scratch.write("a/two", "two")
        try FileManager.default.createSymbolicLink(atPath: scratch.path("a/link"), withDestinationPath: "two")
    }

    private func run(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(arguments + ["--remote-perigee", Program.path], environment: environment, in: scratch)
    }

    private func paths(_ outcome: Program.Outcome, _ key: String = "entries") throws -> [String] {
        try #require(try outcome.document()[key] as? [[String: Any]]).compactMap { $0["path"] as? String }
    }

    private func number(_ outcome: Program.Outcome, _ part: String, _ name: String) throws -> Int {
        let value = (try outcome.document()[part] as? [String: Any])?[name]
        return value as? Int ?? (value as? [String: Any])?["p50"] as? Int ?? -1
    }

    @Test("list a folder, all below it, and a single file")
    func listing() throws {
        #expect(try paths(run("ls", far, "--json")) == ["docs", "docs-old", "link", "two"])
        #expect(try paths(run("ls", far, "--json", "-r")) == ["docs", "docs/one.txt", "docs-old", "link", "two"])
        #expect(try paths(run("ls", far, "docs", "--json")) == ["docs/one.txt"])
        #expect(try paths(run("ls", far, "two", "--json")) == ["two"])
        #expect(try run("ls", far).text == Program.run("ls", scratch.path("a")).text)
        let missing = try run("ls", far, "three")
        #expect(missing.status == 1 && missing.output.isEmpty && missing.errors.contains("three"))
        #expect(try run("ls", far, "../x").status == 2)
    }

    @Test("write a file's bytes, and nothing else's")
    func cat() throws {
        var seed = Seed.fromEnvironment()
        try scratch.write("a/large", random: 3_000_000, &seed)
        #expect(try run("cat", far, "docs/one.txt").text == "one")
        #expect(try run("cat", far, "large").output == scratch.read("a/large"), "seed \(seed.value)")
        let link = try run("cat", far, "link")
        #expect(link.status == 2 && link.errors.contains("two"))
        #expect(try run("cat", far, "docs").status == 2)
        #expect(try run("cat", far, "nothing").status == 1)
    }

    @Test("tell what differs from a tree here, by digests where bytes are asked for")
    func diff() throws {
        _ = try Program.shell("cp -a a b", in: scratch)
        let near = scratch.path("b")
        #expect(try run("diff", near, far).text == "no differences\n")
        _ = try Program.shell(
            "rm b/two; echo new > b/three; chmod 600 b/docs-old; printf ONE > b/docs/one.txt; touch -r a/docs/one.txt b/docs/one.txt",
            in: scratch)
        let quick = try run("diff", near, far, "--json")
        #expect(try paths(quick, "changes") == ["docs-old", "three", "two"])
        #expect(try run("diff", near, far).text == Program.run("diff", near, scratch.path("a")).text)
        let full = try run("diff", far, near, "--json", "--data")
        #expect(try paths(full, "changes") == ["docs/one.txt", "docs-old", "three", "two"])
        // Touched, and with the same bytes: that is asked for file by file.
        _ = try Program.shell("cp -a a c; touch c/two", in: scratch)
        let touched = try run("diff", "far:" + scratch.path("c"), far, "--json")
        #expect((try touched.document()["changes"] as? [[String: Any]])?.first?["change"] as? String == "attributes")
    }

    @Test("say what a sync would move, in both directions, and measure the link for it")
    func estimate() throws {
        var seed = Seed.fromEnvironment()
        try scratch.write("a/large", random: 400_000, &seed)
        for ends in [[far, scratch.path("new")], [scratch.path("a"), "far:" + scratch.path("new")]] {
            let outcome = try run("estimate", ends[0], ends[1], "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try number(outcome, "bytes", "missing") == 400_009 && number(outcome, "files", "new") == 5)
            #expect(try number(outcome, "bytes", "wire_sent") < 420_000, "seed \(seed.value)")
            #expect(outcome.text.contains("time is that of a rehearsal over a link of"))
            #expect(!FileManager.default.fileExists(atPath: scratch.path("new")))
        }
        // The report of the run shows what was expected, and the ledger keeps it.
        let report = try run("sync", far, scratch.path("new"), "--json")
        #expect(report.status == 0, "\(report.text)")
        #expect(try report.document()["estimate"] is [String: Any])
        #expect(try number(report, "requests", "get") > 0)
        let ledgers = try FileManager.default.contentsOfDirectory(atPath: scratch.path("state/ledger"))
        #expect(ledgers.count == 1)
    }

    @Test("make a snapshot of it here, and put one there")
    func vaults() throws {
        var seed = Seed.fromEnvironment()
        try scratch.write("a/large", random: 2_500_000, &seed)
        let vault = "vault:" + scratch.path("vault")
        #expect(try run("init", vault).status == 0)
        let first = try run("snapshot", far, vault + "#d", "--json")
        #expect(first.status == 0, "\(first.errors)")
        #expect(try number(first, "files", "new") == 5 && number(first, "bytes", "wire_sent") > 2_500_000)
        usleep(150_000)
        _ = try run("sync", far, vault + "#d")
        let again = try run("sync", far, vault + "#d", "--json")
        #expect(try number(again, "files", "unchanged") == 5 && number(again, "bytes", "wire_sent") < 4096)

        let there = "far:" + scratch.path("put")
        let foreseen = try run("restore", vault + "#d", there, "--dry-run", "--json")
        #expect(try foreseen.status == 0 && number(foreseen, "bytes", "missing") == 2_500_009, "\(foreseen.text)")
        let put = try run("restore", vault + "#d", there, "--json")
        #expect(put.status == 0, "\(put.errors)")
        #expect(try put.document()["snapshot"] as? String == again.document()["snapshot"] as? String)
        let compared = try Program.shell("diff -r --no-dereference a put && echo same", in: scratch)
        #expect(compared.text == "same\n", "seed \(seed.value)")
        try scratch.write("a/more", random: 90_000, &seed)
        let estimate = try run("estimate", far, vault + "#d", "--json")
        #expect(try estimate.status == 0 && number(estimate, "bytes", "missing") == 90_000, "\(estimate.text)")
        #expect(try number(estimate, "files", "unchanged") == 5 && number(estimate, "files", "new") == 1)
    }
}
