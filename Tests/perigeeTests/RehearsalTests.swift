import Foundation
import TestSupport
import Testing

/// What an estimate between two hosts says, held against what a run then counts: the exchange is rehearsed by the code that
/// carries it out, so the figures are the same.
@Suite(.serialized) struct RehearsalTests {
    private let scratch: Scratch
    private let environment: [String: String]

    init() throws {
        scratch = try Scratch()
        environment = try FakeShell.install(in: scratch)
    }

    /// What is at the destination beforehand.
    enum Scene: CaseIterable {
        /// Nothing.
        case nothing
        /// Some files as they are, some in an older version, some under other names; nothing is remembered of it.
        case partly
        /// What a run has brought, before some files changed.
        case earlier
    }

    /// A document with figures.
    private struct Figures {
        let document: [String: Any]

        subscript(group: String, figure: String) -> Int {
            let value = (document[group] as? [String: Any])?[figure]
            return (value as? [String: Any])?["p50"] as? Int ?? value as? Int ?? -1
        }

        var requests: Int { ["put", "get", "list"].reduce(0) { $0 + self["requests", $1] } }
    }

    private func run(_ arguments: [String]) throws -> Figures {
        let outcome = try Program.run(
            arguments + ["--remote-perigee", Program.path, "--json", "--quiet"], environment: environment, in: scratch)
        try #require(outcome.status == 0, "\(arguments): \(outcome.text) \(outcome.errors)")
        return Figures(document: try outcome.document())
    }

    /// Text of which a file is like another in parts, and does not end as it began.
    private func text(_ count: Int, _ seed: inout Seed) -> String {
        let words = (0..<400).map { _ in
            String(decoding: seed.bytes(Int(2 + seed.next() % 9)).map { 97 + $0 % 26 }, as: UTF8.self)
        }
        var text = ""
        while text.utf8.count < count { text += words[Int(seed.next() % 400)] + " " }
        return text
    }

    private func make(_ seed: inout Seed) throws {
        for index in 0..<160 {
            try scratch.write("s/small/\(index % 9)/f\(index)", text(Int(500 + seed.next() % 12_000), &seed))
        }
        for index in 0..<3 { try scratch.write("s/large\(index).txt", text(900_000, &seed)) }
        try scratch.write("s/random", random: 1_500_000, &seed)
        try scratch.write("s/other", random: 700_000, &seed)
        try scratch.write("s/twice", try scratch.read("s/large0.txt"))
    }

    private func prepare(_ scene: Scene, _ ends: [String]) throws {
        switch scene {
        case .nothing: return
        case .partly:
            try shell(
                """
                mkdir d d/kept; cp -a s/small d/; rm d/small/3/*; mv d/small/4 d/kept/4; cp -a s/random d/kept/moved
                for f in d/small/5/* ; do echo more >> $f; done
                (head -c 300000 s/large1.txt; echo changed; tail -c 500000 s/large1.txt) > d/large1.txt
                """)
        case .earlier:
            _ = try run(["sync"] + ends)
            try shell(
                """
                sleep 0.3; for f in s/small/2/*; do echo more >> $f; done; touch s/small/6/* s/other; rm s/small/7/*
                (head -c 200000 s/large2.txt; echo more; tail -c +200100 s/large2.txt) > new; mv new s/large2.txt
                sleep 0.3
                """)
        }
    }

    private func shell(_ line: String) throws {
        let outcome = try Program.shell(line, in: scratch)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    @Test(arguments: Scene.allCases, [["zstd:3", "push"], ["stored", "pull"], ["zstd:3", "pull"]])
    func `What an estimate tells of bytes and requests is what a run then counts`(
        scene: Scene, how: [String]
    ) throws {
        var seed = Seed.fromEnvironment()
        try make(&seed)
        let pushes = how[1] == "push"
        let far = "someone@far:\(scratch.path(pushes ? "d" : "s"))"
        let ends = pushes ? [scratch.path("s"), far] : [far, scratch.path("d")]
        try prepare(scene, ends)
        let options = ["--compress", how[0]]
        let foreseen = try run(["estimate"] + ends + options + ["--exact"])
        #expect(foreseen.document["method"] as? String == "exact")
        let sampled = try run(["estimate"] + ends + options)
        let report = try run(["sync"] + ends + options)
        let differences = try Program.shell("diff -r s d | grep -v '^Only in d'", in: scratch).text
        #expect(differences == "", "seed \(seed.value)")
        let crossed = report["bytes", "wire_sent"]
        for estimate in [foreseen, sampled] {
            let off = abs(estimate["bytes", "wire_sent"] - crossed)
            #expect(off <= max(crossed / 200, 2048), "\(off) of \(crossed), seed \(seed.value)")
            let offBack = abs(estimate["bytes", "wire_received"] - report["bytes", "wire_received"])
            #expect(offBack <= 16 << 10, "\(offBack) back, seed \(seed.value)")
            #expect(estimate["bytes", "missing"] == report["bytes", "missing"], "seed \(seed.value)")
            for figure in ["scanned", "new", "changed", "unchanged"] {
                #expect(estimate["files", figure] == report["files", figure], "\(figure), seed \(seed.value)")
            }
            // What is asked for once more is asked for at once, with whatever waits.
            let asked = estimate.requests - report.requests
            #expect(scene == .partly ? abs(asked) <= 32 : asked == 0, "\(asked), seed \(seed.value)")
        }
    }

    @Test(arguments: ["push", "pull", "snapshot"])
    func `What is not sent takes as long as the link would, whoever rehearses`(way: String) throws {
        var seed = Seed.fromEnvironment()
        try scratch.write("s/random", random: 3_000_000, &seed)
        let far = "someone@far:\(scratch.path(way == "push" ? "d" : "s"))"
        var ends = way == "push" ? [scratch.path("s"), far] : [far, scratch.path("d")]
        if way == "snapshot" {
            ends[1] = "vault:\(scratch.path("v"))#d"
            let made = try Program.run(
                ["init", "vault:\(scratch.path("v"))"],
                environment: environment.merging(["PERIGEE_PASSPHRASE": "estimates"]) { $1 }, in: scratch)
            try #require(made.status == 0, "\(made.errors)")
        }
        let outcome = try Program.run(
            ["estimate"] + ends + ["--link", "1MB/s", "--remote-perigee", Program.path, "--json", "--quiet"],
            environment: environment.merging(["PERIGEE_PASSPHRASE": "estimates"]) { $1 }, in: scratch)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let seconds = try #require((try outcome.document()["seconds"] as? [String: Any])?["total"] as? [String: Any])
        #expect(try #require(seconds["p50"] as? Double) > 2.9, "\(seconds)")
    }
}
