import Foundation
import TestSupport
import Testing

/// What the program says where something is not as it should be: what, where, and what to do, in words that are its own.
@Suite("What is said")
struct MessageTests {
    /// What a run prints on standard error.
    private func said(_ site: FaultSite, _ arguments: String...) throws -> String {
        let outcome = try Program.run(
            arguments, environment: site.environment.merging(Self.keys) { $1 }, in: site.scratch)
        #expect(outcome.status != 0)
        return outcome.errors
    }

    /// Keys for an object store that nobody is asked for.
    private static let keys = [
        "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "us-east-1",
    ]

    @Test("of a vault, dataset or snapshot that is not there, tells how to find what is")
    func absent() throws {
        let site = try FaultSite(vault: true)
        try site.scratch.write("s/a", "a")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        #expect(try said(site, "log", "vault:nothing").contains("make one with: perigee init vault:nothing"))
        let dataset = try said(site, "log", "vault:vault#other")
        #expect(dataset.contains("no snapshot of a dataset other") && dataset.contains("perigee log vault:vault lists"))
        for wanted in ["latest~3", "2001-01-01T00:00:00Z", "abcdef"] {
            let snapshot = try said(site, "restore", "vault:vault#d@\(wanted)", "r")
            #expect(snapshot.contains("d has no snapshot \(wanted)"), "\(snapshot)")
            #expect(snapshot.contains("it has one: perigee log vault:vault#d"), "\(snapshot)")
        }
    }

    @Test("of a place where nobody listens, tells what the system says of it")
    func refused() throws {
        let site = try FaultSite()
        try site.scratch.write("s/a", "a")
        #expect(try site.run("identity", "new").status == 0)
        let agent = try said(site, "sync", "s", "perigee://127.0.0.1:1/d")
        #expect(agent.hasPrefix("perigee: 127.0.0.1:1: cannot connect: connection refused\n"), "\(agent)")
        let store = try said(site, "log", "s3://bucket/v", "--s3-endpoint", "http://127.0.0.1:1")
        #expect(store.contains("at http://127.0.0.1:1 does not answer (connection refused)"), "\(store)")
    }

    @Test("of an export whose folder is not there, names it and says what to do")
    func exports() throws {
        let site = try FaultSite()
        #expect(try site.run("identity", "new").status == 0)
        let error = try said(site, "agent", "--listen", "127.0.0.1:0", "--export", "data=\(site.path("absent"))")
        #expect(error.contains("exported as data") && error.contains("mount what belongs there"), "\(error)")
    }

    @Test("of a destination that cannot be written, names it from the root", .enabled(if: FaultSite.isSuperuser))
    func readOnly() throws {
        let site = try FaultSite()
        try site.mount("small", size: "1m")
        try site.shell("mkdir -p small/d s/folder; mkfifo s/pipe; mount -o remount,ro small")
        for arguments in [["@s", "@small/d"], ["@s/folder", "@small/new"]] {
            let report = try site.run(["sync"] + arguments)
            #expect(report.code == "read_only", "\(report.text)")
            let place = report.document["place"] as? String ?? ""
            #expect(place.hasPrefix(site.path("small/")), "\(report.text)")
        }
    }

    @Test("of lists and rates in files, does not take them for secrets, nor a long list for too long")
    func lists() throws {
        let site = try FaultSite()
        try site.scratch.write("s/a.o", "object")
        try site.scratch.write("s/b", "kept")
        for option in ["--exclude-from", "--limit"] {
            let name = option == "--limit" ? "@absent" : "absent"
            let error = try said(site, "sync", "s", "d", option, name)
            #expect(error.contains("absent") && !error.contains("secret"), "\(error)")
        }
        try site.scratch.write("list", String(repeating: "/nothing/of/this/name\n", count: 5000) + "*.o\n")
        #expect(try site.run("sync", "@s", "@deep/er/d", "--exclude-from", site.path("list")).status == 0)
        #expect(try site.files("deep").keys.sorted() == ["er/d/b"])
        let modes = try site.shell("mkdir plain; stat -c %a plain deep deep/er").text.split(separator: "\n")
        #expect(modes.count == 3 && Set(modes).count == 1, "\(modes)")
    }

    @Test("of what a run was expected to come to, tells people where they asked, and programs always")
    func expectations() throws {
        let site = try FaultSite()
        try site.scratch.write("s/a", String(repeating: "a", count: 10_000))
        func row() throws -> Bool {
            let outcome = try Program.run(
                "sync", site.path("s"), site.path("d"), environment: site.environment)
            #expect(outcome.status == 0)
            return outcome.text.split(separator: "\n").contains { $0.hasPrefix("  estimate") }
        }
        for _ in 0..<3 { #expect(try row() == false) }
        #expect(try site.run("sync", "@s", "@d").document["estimate"] is [String: Any])
        try site.scratch.write("s/b", String(repeating: "b", count: 10_000))
        #expect(try site.run("estimate", "@s", "@d").status == 0)
        #expect(try row())
        #expect(try row() == false)
    }

    @Test("of how far a run is, fits a line of 80 columns, and keeps what is left to the end")
    func bar() throws {
        let site = try FaultSite(vault: true)
        var seed = Seed(7)
        for index in 0..<6 { try site.scratch.write("s/f\(index)", random: 1 << 20, &seed) }
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        let outcome = try Program.run(
            "restore", site.vault("d"), site.path("r"), "--limit", "2MB/s", "--progress", "bar",
            environment: site.environment)
        #expect(outcome.status == 0)
        let lines = outcome.errors.split(separator: "\r").map { $0.replacingOccurrences(of: "\u{1b}[2K", with: "") }
            .filter { !$0.isEmpty }
        #expect(!lines.isEmpty)
        for line in lines {
            #expect(line.unicodeScalars.count < 80, "\(line)")
            #expect(line.hasPrefix("restore ") && line.contains("  ETA "), "\(line)")
        }
        #expect(lines.contains { $0.contains(" of 6.0 MiB") }, "\(lines)")
    }

    @Test("of a pattern that nothing matches, warns")
    func unmatched() throws {
        let site = try FaultSite(vault: true)
        try site.scratch.write("s/a", "a")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        let none = try site.run("restore", site.vault("d"), "@r", "--only", "*.pdf")
        #expect(none.status == 0)
        #expect((none.document["warnings"] as? [String])?.first?.contains("*.pdf") == true, "\(none.text)")
        let some = try site.run("restore", site.vault("d"), "@r", "--only", "a")
        #expect((some.document["warnings"] as? [String])?.isEmpty == true, "\(some.text)")
    }

    @Test("where Control-C ends ssh too, is that the run was interrupted, with status 130")
    func interrupted() throws {
        let site = try FaultSite(vault: true)
        try site.scratch.write("s/a", "a")
        // As a terminal does it: the signal goes to both, and ssh ends without a word.
        try site.scratch.write("ssh", "#!/bin/sh\nkill -INT $PPID\nsleep 2\nexit 255\n")
        try site.shell("chmod +x ssh")
        for arguments in [
            ["sync", "@s", "me@there:/nothing"], ["snapshot", "me@there:/nothing", site.vault("d")],
            ["ls", "me@there:/nothing"],
        ] {
            let report = try site.run(arguments + ["--ssh", site.path("ssh")])
            #expect(report.status == 130, "\(report.text)")
            #expect(report.code == "interrupted", "\(report.text)")
            #expect(!report.outcome.errors.contains("going on in a moment"))
        }
    }
}
