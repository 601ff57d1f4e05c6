import Foundation
import TestSupport
import Testing

/// What an estimate of a move into a vault on another host, out of it, or of a tree on another host into a vault here says,
/// held against what the run then counts.
@Suite(.serialized) struct VaultRehearsalTests {
    private let scratch: Scratch
    private let environment: [String: String]

    init() throws {
        scratch = try Scratch()
        environment = try FakeShell.install(in: scratch).merging(["PERIGEE_PASSPHRASE": "estimates"]) { $1 }
    }

    /// A document with figures.
    private struct Figures {
        let document: [String: Any]

        subscript(group: String, figure: String) -> Int {
            let value = (document[group] as? [String: Any])?[figure]
            return (value as? [String: Any])?["p50"] as? Int ?? value as? Int ?? -1
        }
    }

    private func run(_ arguments: [String]) throws -> Figures {
        let outcome = try Program.run(
            arguments + ["--remote-perigee", Program.path, "--json", "--quiet"], environment: environment, in: scratch)
        try #require(outcome.status == 0, "\(arguments): \(outcome.text) \(outcome.errors)")
        return Figures(document: try outcome.document())
    }

    private func shell(_ line: String) throws {
        let outcome = try Program.shell(line, in: scratch)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    private func far(_ name: String) -> String { "someone@far:\(scratch.path(name))" }

    private func make(_ seed: inout Seed) throws {
        for index in 0..<300 {
            let words = (0..<Int(100 + seed.next() % 900)).map { _ in "word\(seed.next() % 500)" }
            try scratch.write("s/small/\(index % 9)/f\(index)", words.joined(separator: " "))
        }
        for index in 0..<3 {
            let words = (0..<150_000).map { _ in "word\(seed.next() % 700)" }
            try scratch.write("s/large\(index).txt", words.joined(separator: " "))
        }
        try scratch.write("s/random", random: 5_000_000, &seed)
    }

    private func change(_ seed: inout Seed) throws {
        try shell(
            """
            sleep 0.3; for f in s/small/2/*; do echo more >> $f; done; rm s/small/7/*
            (head -c 200000 s/large2.txt; echo more; tail -c +200100 s/large2.txt) > new; mv new s/large2.txt
            sleep 0.3
            """)
        try scratch.write("s/more", random: 900_000, &seed)
        usleep(300_000)
    }

    /// Estimates and runs the same, and holds one against the other; gives the report of the run.
    @discardableResult
    private func compare(
        _ verb: String, _ ends: [String], _ seed: Seed, exact: Bool = true, requestsOff: Int = 0, partOff: Int = 200,
        bytesOff: Int = 4096, backOff: Int = 8192
    ) throws -> Figures {
        let foreseen = try run(["estimate"] + ends + (exact ? ["--exact"] : []))
        let report = try run([verb] + ends)
        let note = "\(verb) \(ends), seed \(seed.value): \(foreseen.document) \(report.document)"
        let crossed = report["bytes", "wire_sent"]
        #expect(crossed > 0)
        let off = abs(foreseen["bytes", "wire_sent"] - crossed)
        #expect(off <= max(crossed / partOff, bytesOff), "\(off) of \(crossed): \(note)")
        let offBack = abs(foreseen["bytes", "wire_received"] - report["bytes", "wire_received"])
        #expect(offBack <= max(report["bytes", "wire_received"] / partOff, backOff), "\(offBack) back: \(note)")
        #expect(foreseen["bytes", "missing"] == report["bytes", "missing"], "\(note)")
        for figure in ["new", "changed", "unchanged"] {
            #expect(foreseen["files", figure] == report["files", figure], "\(figure): \(note)")
        }
        for figure in ["put", "get", "list"] {
            let asked = foreseen["requests", figure] - report["requests", figure]
            #expect(abs(asked) <= requestsOff, "\(asked) \(figure): \(note)")
        }
        return report
    }

    @Test func `A snapshot into a vault on another host, first and later`() throws {
        var seed = Seed.fromEnvironment()
        try make(&seed)
        let vault = "vault:\(far("v"))"
        _ = try run(["init", vault])
        let ends = [scratch.path("s"), "\(vault)#d", "--compress", "zstd:3"]
        // Who finishes a pack first decides how many there are.
        try compare("snapshot", ends, seed, requestsOff: 1)
        try change(&seed)
        try compare("snapshot", ends, seed, requestsOff: 1)
    }

    @Test func `Small snapshots into a vault on another host, after some of which the index is merged`() throws {
        var seed = Seed.fromEnvironment()
        let vault = "vault:\(far("v"))"
        _ = try run(["init", vault])
        let ends = [scratch.path("s"), "\(vault)#d", "--compress", "zstd:3"]
        var puts: [Int] = []
        for index in 0..<10 {
            try scratch.write("s/f\(index)", random: 5_000, &seed)
            usleep(300_000)
            puts.append(try compare("snapshot", ends, seed, bytesOff: 128, backOff: 160)["requests", "put"])
        }
        // Of what has not changed, and of what is there under another name.
        try compare("snapshot", ends, seed, bytesOff: 128, backOff: 160)
        let other = [ends[0], "\(vault)#other"] + ends[2...]
        try compare("snapshot", other, seed, bytesOff: 128, backOff: 160)
        // A merge puts one segment and removes five.
        let usual = try #require(puts.last)
        #expect(puts.filter { $0 == usual + 6 }.count == 2, "seed \(seed.value): \(puts)")
    }

    @Test func `A restore out of a vault on another host, into nothing and into an older version`() throws {
        var seed = Seed.fromEnvironment()
        try make(&seed)
        let vault = "vault:\(far("v"))#d"
        _ = try run(["init", "vault:\(far("v"))"])
        _ = try run(["snapshot", scratch.path("s"), vault])
        // Threads that read side by side meet what was read ahead in one order or another.
        try compare("restore", [vault, scratch.path("r")], seed, exact: false, requestsOff: 4)
        try change(&seed)
        _ = try run(["snapshot", scratch.path("s"), vault])
        try compare("restore", [vault, scratch.path("r")], seed, exact: false, requestsOff: 4)
    }

    @Test func `A snapshot of a tree on another host, first and later`() throws {
        var seed = Seed.fromEnvironment()
        try make(&seed)
        let vault = "vault:\(scratch.path("v"))"
        _ = try run(["init", vault])
        // How hard the other host compresses what crosses depends on how long it waits.
        let ends = [far("s"), "\(vault)#d"]
        try compare("snapshot", ends, seed, requestsOff: 1, partOff: 10)
        try change(&seed)
        try compare("snapshot", ends, seed, requestsOff: 1, partOff: 10)
    }

    @Test func `A snapshot of a tree on another host, of which it was said how it is compressed`() throws {
        var seed = Seed.fromEnvironment()
        try make(&seed)
        let vault = "vault:\(scratch.path("v"))"
        _ = try run(["init", vault])
        let ends = [far("s"), "\(vault)#d", "--compress", "zstd:3"]
        try compare("snapshot", ends, seed, requestsOff: 1)
        try change(&seed)
        try compare("snapshot", ends, seed, requestsOff: 1)
    }

    @Test func `A sync between two vaults, one of them on another host, first and later`() throws {
        var seed = Seed.fromEnvironment()
        try make(&seed)
        let (here, there, back) = ("vault:\(scratch.path("v"))", "vault:\(far("w"))", "vault:\(scratch.path("x"))")
        _ = try run(["init", here])
        for other in [there, back] { _ = try run(["init", other, "--like", here]) }
        for _ in 0..<2 {
            _ = try run(["snapshot", scratch.path("s"), "\(here)#d"])
            // Which thread gets which records decides how many packs there are, and what is read along.
            try compare("sync", ["\(here)#d", "\(there)#d"], seed, requestsOff: 2)
            try compare("sync", ["\(there)#d", "\(back)#d"], seed, requestsOff: 4)
            try change(&seed)
        }
    }
}
