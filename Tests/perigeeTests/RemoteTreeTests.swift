import Foundation
import TestSupport
import Testing

/// `sync` with a tree on another host, reached by a command in the place of ssh that runs the agent on this one.
@Suite(.serialized) struct RemoteTreeTests {
    private let scratch: Scratch
    private let environment: [String: String]

    init() throws {
        scratch = try Scratch()
        environment = try FakeShell.install(in: scratch)
    }

    private func sync(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(
            ["sync", "--remote-perigee", Program.path, "--json"] + arguments, environment: environment, in: scratch)
    }

    private func make(_ seed: inout Seed, _ root: String = "source") throws {
        for index in 0..<60 {
            try scratch.write("\(root)/d\(index % 7)/file \(index)", random: Int(seed.next() % 40_000), &seed)
        }
        try scratch.write("\(root)/large", random: 6 << 20, &seed)
        symlink("d1/nowhere", scratch.path("\(root)/link"))
        link(scratch.path("\(root)/large"), scratch.path("\(root)/d2/also large"))
        mkfifo(scratch.path("\(root)/pipe"), 0o640)
        chmod(scratch.path("\(root)/d3"), 0o750)
    }

    private func difference() throws -> String {
        let outcome = try Program.shell(
            """
            diff -r --no-dereference source target 2>&1 | grep -v 'is a fifo'
            (cd source && find . -printf '%p %y %m %U %G %s %n %T@ %l\\n' | grep -v ' d ' | sort) > a
            (cd target && find . -printf '%p %y %m %U %G %s %n %T@ %l\\n' | grep -v ' d ' | sort) > b
            diff a b
            """, in: scratch)
        return outcome.text
    }

    private func number(_ document: [String: Any], _ part: String, _ name: String) -> Int {
        ((document[part] as? [String: Any])?[name] as? Int) ?? -1
    }

    @Test(arguments: [true, false]) func `A tree goes to another host and comes from one`(pushes: Bool) throws {
        var seed = Seed.fromEnvironment()
        try make(&seed)
        let far = "someone@far:\(scratch.path(pushes ? "target" : "source"))"
        let ends = pushes ? [scratch.path("source"), far] : [far, scratch.path("target")]
        let first = try sync(ends[0], ends[1], "--delete")
        #expect(first.status == 0, "\(first.errors)")
        let report = try first.document()
        #expect(number(report, "files", "new") == 64)
        #expect(number(report, "bytes", "wire_sent") > 6 << 20 && number(report, "bytes", "wire_received") > 100)
        #expect(report["source"] as? String == ends[0] && report["destination"] as? String == ends[1])
        #expect(try difference() == "", "seed \(seed.value)")
        usleep(150_000)
        _ = try sync(ends[0], ends[1], "--delete")
        let again = try sync(ends[0], ends[1], "--delete").document()
        #expect(number(again, "files", "unchanged") == 64)
        #expect(number(again, "bytes", "wire_sent") + number(again, "bytes", "wire_received") < 4096)

        try scratch.write("source/d1/new", "new")
        try FileManager.default.removeItem(atPath: scratch.path("source/d4"))
        rename(scratch.path("source/d5"), scratch.path("source/d8"))
        let third = try sync(ends[0], ends[1], "--delete").document()
        #expect(number(third, "files", "renamed") == 8 && number(third, "files", "new") == 1)
        #expect(number(third, "bytes", "wire_sent") < 16 << 10)
        #expect(try difference() == "", "seed \(seed.value)")
    }

    @Test func `Killed at any instant, the next run finishes`() throws {
        var seed = Seed.fromEnvironment()
        try make(&seed)
        for round in 0..<6 {
            try scratch.write("source/large", random: 6 << 20, &seed)
            let pushes = round % 2 == 0
            let ends =
                pushes
                ? "\(scratch.path("source")) far:\(scratch.path("target"))"
                : "far:\(scratch.path("source")) \(scratch.path("target"))"
            let wait = Double(seed.next() % 120) / 1000
            let line = "timeout -s KILL \(wait) $P sync --quiet --remote-perigee $P \(ends) --delete; sleep 0.2"
            _ = try Program.shell(line, environment: environment, in: scratch)
            let parts = ends.split(separator: " ").map(String.init)
            let outcome = try sync(parts[0], parts[1], "--delete")
            #expect(outcome.status == 0, "\(outcome.errors), after \(wait) s, seed \(seed.value)")
            #expect(try difference() == "", "after \(wait) s, seed \(seed.value)")
        }
    }

    @Test func `Generations, a dry run and a guard work across hosts as they do on one`() throws {
        var seed = Seed.fromEnvironment()
        try make(&seed)
        let far = "far:\(scratch.path("target"))"
        let dry = try sync(scratch.path("source"), far, "--dry-run")
        #expect(dry.status == 0, "\(dry.errors)")
        let foreseen = try dry.document()
        #expect(foreseen["dry_run"] as? Bool == true && number(foreseen, "files", "new") == 64)
        #expect(number(foreseen, "bytes", "missing") > 6 << 20 && number(foreseen, "requests", "get") > 0)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("target")))
        for _ in 0..<2 {
            let outcome = try sync(scratch.path("source"), far, "--publish", "generations")
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let current = try scratch.read("target/current/large")
        #expect(try current == scratch.read("source/large"))

        try scratch.write("empty/only", "x")
        _ = try sync(scratch.path("source"), "far:\(scratch.path("full"))")
        let refused = try sync(scratch.path("empty"), "far:\(scratch.path("full"))", "--delete")
        #expect(refused.status == 3, "\(refused.errors)")
        #expect(try scratch.read("full/large") == current)
    }

    @Test func `What is wrong on the other host is told with its name`() throws {
        let missing = try sync("far:/nowhere/at/all", scratch.path("target"))
        #expect(missing.status == 1)
        let error = try missing.document()
        #expect("\(error)".contains("far") && "\(error)".contains("/nowhere/at/all"))
        #expect(error["code"] as? String == "not_found")
        try scratch.write("source/f", "x")
        let absent = try Program.run(
            ["sync", "--ssh", "/bin/false", scratch.path("source"), "far:/x"], environment: environment)
        #expect(absent.status == 1 && absent.errors.contains("far"))
        let back = try Program.run(
            ["sync", "--ssh", "/bin/false", "far:/x", scratch.path("target")], environment: environment)
        #expect(back.status == 1 && back.errors.contains("far"))
        #expect(!FileManager.default.fileExists(atPath: scratch.path("target")), "nothing was made for it")
    }
}
