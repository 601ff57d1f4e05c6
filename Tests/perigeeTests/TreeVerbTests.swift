import Foundation
import Testing

@Suite("ls, cat and diff of trees")
struct TreeVerbTests {
    private func tree() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write("a/docs/one.txt", "one")
        try scratch.write("a/docs-old", "old")
        try scratch.write("a/two", "two")
        try FileManager.default.createSymbolicLink(atPath: scratch.path("a/link"), withDestinationPath: "two")
        return scratch
    }

    private func paths(_ outcome: Program.Outcome, _ key: String = "entries") throws -> [String] {
        try #require(try outcome.document()[key] as? [[String: Any]]).compactMap { $0["path"] as? String }
    }

    @Test("list a folder, all below it, and a single file")
    func listing() throws {
        let scratch = try tree()
        let root = scratch.path("a")
        #expect(try paths(Program.run("ls", root, "--json")) == ["docs", "docs-old", "link", "two"])
        let deep = try Program.run("ls", root, "--json", "--recursive")
        #expect(try paths(deep) == ["docs", "docs/one.txt", "docs-old", "link", "two"])
        #expect(try paths(Program.run("ls", root, "docs", "--json")) == ["docs/one.txt"])
        #expect(try paths(Program.run("ls", root, "docs", "-r", "--json")) == ["docs/one.txt"])
        #expect(try paths(Program.run("ls", root, "two", "--json")) == ["two"])
        let text = try Program.run("ls", root).text
        #expect(text.contains("link -> two") && text.contains("drwx"))
        #expect(try Program.run("ls", root, "three").status == 1)
    }

    @Test("list page by page what they list in one, whatever the names")
    func pages() throws {
        let scratch = try tree()
        _ = try Program.shell(
            "mkdir b; printf x > b/two; touch $'b/\\xff\\\\z' 'b/back\\slash' 'b/ü x' 'b/-n'; mkdir b/d; touch b/d/in b/d-o",
            environment: [:], in: scratch)
        func page(_ words: [String]) throws -> (rows: [String], next: String?) {
            let document = try Program.run(words + ["--json"], in: scratch).document()
            let rows = try #require((document["entries"] ?? document["changes"]) as? [[String: Any]])
            return (rows.compactMap { $0["path"] as? String }, document["next"] as? String)
        }
        for words in [["ls", "b"], ["ls", "b", "--recursive"], ["ls", "b", "d"], ["diff", "a", "b"]] {
            let whole = try page(words)
            #expect(whole.next == nil)
            var (rows, after): ([String], String?) = ([], nil)
            repeat {
                let part = try page(words + ["--number", "1"] + (after.map { ["--after=\($0)"] } ?? []))
                #expect(part.rows.count == 1)
                (rows, after) = (rows + part.rows, part.next)
            } while after != nil && rows.count < 100
            #expect(rows == whole.rows, "\(words)")
        }
        #expect(try page(["ls", "b"]).rows.contains("\\xff\\x5cz"))
        #expect(try Program.run("ls", "b", "--number", "1", in: scratch).text.contains("ls b --after '-n'"))
        #expect(try Program.run("ls", "b", "--after", "\\q", in: scratch).status == 2)
        #expect(try Program.run("ls", "b", "--number", "0", in: scratch).status == 2)
    }

    @Test("write a file's bytes, and nothing else's")
    func cat() throws {
        let scratch = try tree()
        #expect(try Program.run("cat", scratch.path("a"), "docs/one.txt").text == "one")
        let link = try Program.run("cat", scratch.path("a"), "link")
        #expect(link.status == 2)
        #expect(link.errors.contains("two"))
        #expect(try Program.run("cat", scratch.path("a"), "docs").status == 2)
        #expect(try Program.run("cat", scratch.path("a"), "nothing").status == 1)
    }

    @Test("tell what was added, removed, changed, and only touched")
    func diff() throws {
        let scratch = try tree()
        let copied = try Program.shell("cp -a a b", in: scratch)
        #expect(copied.status == 0)
        #expect(try Program.run("diff", scratch.path("a"), scratch.path("b")).text == "no differences\n")
        let line = """
            rm b/two; echo new > b/three; echo changed > b/docs-old; ln -sfn three b/link; \
            chmod 600 b/docs/one.txt; mkdir b/four; touch -r a/docs b/docs
            """
        _ = try Program.shell(line, in: scratch)
        let outcome = try Program.run("diff", scratch.path("a"), scratch.path("b"), "--json")
        #expect(outcome.status == 0)
        let changes = try #require(try outcome.document()["changes"] as? [[String: Any]])
        let found = Dictionary(
            uniqueKeysWithValues: changes.map { ($0["path"] as? String ?? "", $0["change"] as? String ?? "") })
        #expect(
            found == [
                "two": "removed", "three": "added", "docs-old": "content", "link": "content", "four": "added",
                "docs/one.txt": "attributes",
            ])
    }

    @Test("compare bytes where only the time differs, and everywhere with --data")
    func diffOfTimes() throws {
        let scratch = try tree()
        _ = try Program.shell(
            "cp -a a b; touch b/two; printf ONE > b/docs/one.txt; touch -r a/docs/one.txt b/docs/one.txt", in: scratch)
        let quick = try Program.run("diff", scratch.path("a"), scratch.path("b"), "--json")
        #expect(try paths(quick, "changes") == ["two"])
        #expect((try quick.document()["changes"] as? [[String: Any]])?.first?["change"] as? String == "attributes")
        let full = try Program.run("diff", scratch.path("a"), scratch.path("b"), "--json", "--data")
        #expect(try paths(full, "changes") == ["docs/one.txt", "two"])
    }
}
