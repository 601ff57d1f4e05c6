import Foundation
import Testing

@Suite("The verb place")
struct PlaceTests {
    private static let config = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Config").path

    private static let stories: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: config + "/scenarios")) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted()
    }()

    private func files(_ story: String) -> [String] {
        [Self.config + "/scenarios/" + story] + (story.hasPrefix("02") ? [Self.config + "/policies-eu.yaml"] : [])
    }

    @Test("answers every story as its schema says, the same bytes each time", arguments: stories)
    func story(name: String) throws {
        let first = try Program.run(["place"] + files(name) + ["--json"])
        #expect(first.status == 0, "\(first.errors)")
        let document = try first.document()
        let schema = try SchemaCheck("decision.schema.json")
        #expect(schema.faults(document) == [], "\(name)")
        #expect(schema.unknownMembers(of: document) == [], "\(name)")
        #expect(try Program.run(["place"] + files(name) + ["--json"]).output == first.output)
    }

    @Test("writes each story down to be decided again, byte for byte, without its price book", arguments: stories)
    func saved(name: String) throws {
        let scratch = try Scratch()
        let first = try Program.run(
            ["place"] + files(name) + ["--explain", "--json", "--save", scratch.path("saved.yaml")])
        #expect(first.status == 0, "\(first.errors)")
        // Another book of the same name lies beside what was saved.
        try scratch.write("pricebook.yaml", "schema: perigee.pricebook/1\nid: list-2026-11\ndate: 2030\nentries: []\n")
        let again = try Program.run(["place", scratch.path("saved.yaml"), "--explain", "--json"])
        #expect(again.output == first.output, "\(again.errors)")
        let both = ["place", scratch.path("saved.yaml"), "--price-book", scratch.path("pricebook.yaml")]
        let other = try Program.run(both)
        let holdsPrices = String(decoding: try scratch.read("saved.yaml"), as: UTF8.self).contains("entries")
        #expect(other.status == (holdsPrices ? 2 : 0), "\(other.errors)")
        if holdsPrices { #expect(other.errors.contains("holds the prices"), "\(other.errors)") }
    }

    @Test("writes what several files say of the same names once")
    func savedNames() throws {
        let scratch = try Scratch()
        try scratch.write(
            "own.yaml",
            "schema: perigee.scenario/1\npolicy: {id: own}\nsets: {eu: [DE]}\nobjective: {deadline: 100h}\nrules: {id: r, deny: 'country = XX'}\n"
        )
        let words = files("02-patients-stay-in-the-union.yaml") + [scratch.path("own.yaml")]
        let first = try Program.run(["place"] + words + ["--json", "--save", scratch.path("saved.yaml")])
        #expect(first.status == 0, "\(first.errors)")
        let again = try Program.run(["place", scratch.path("saved.yaml"), "--json"])
        #expect(again.output == first.output, "\(again.errors)")
    }

    @Test("explains: lines that add up, reasons, what would change it, and what it rests on")
    func explain() throws {
        let run = try Program.run(["place"] + files(try #require(Self.stories.first)) + ["--explain"])
        #expect(run.status == 0, "\(run.errors)")
        for part in [
            "place  train where most of the data is", "decision", "total", "not elsewhere", "what would change it",
            "rests on", "list-2026-11 of 2026-11-23",
        ] {
            #expect(run.text.contains(part), "\(part) in \(run.text)")
        }
    }

    @Test("answers for many workloads with the same bytes however many processors there are")
    func many() throws {
        let scratch = try Scratch()
        var lines = ["schema: perigee.scenario/1", "name: many", "sites:"]
        for site in 0..<5 {
            lines.append(
                "  s\(site): {offers: {o: {price_per_hour: \(site + 1), capacity: 300}}, storage: {price_per_gb_month: 0.023}}"
            )
        }
        lines.append("links:")
        for from in 0..<5 {
            for to in 0..<5 where to != from {
                lines.append(
                    "  - {from: s\(from), to: s\(to), bandwidth: \(100 + 10 * from + to)MB/s, price_per_gb: 0.0\(from + 1)}"
                )
            }
        }
        lines.append("datasets:")
        for set in 0..<7 {
            lines.append("  d\(set): {size: \(20 + 31 * set)GB, at: {s\(set % 5): 1, s\((set + 2) % 5): 0.5}}")
        }
        lines.append("workloads:")
        for work in 0..<1_200 {
            let runs = work % 3 == 0 ? ", runs_per_month: \(work % 5 + 1), months: 3" : ""
            lines.append(
                "  w\(work): {reads: [d\(work % 7), d\((work * work + 3) % 7 == work % 7 ? (work + 1) % 7 : (work * work + 3) % 7)], runtime: \(work % 8 + 1)h\(runs)}"
            )
        }
        try scratch.write("many.yaml", lines.joined(separator: "\n") + "\n")
        let words = ["place", scratch.path("many.yaml"), "--json"]
        let one = try Program.run(words, environment: ["PERIGEE_THREADS": "1"])
        #expect(one.status == 0, "\(one.errors)")
        #expect(try Program.run(words).output == one.output)
    }

    @Test("gives costs of all pairs to other schedulers")
    func locality() throws {
        let run = try Program.run(["place"] + files("02-patients-stay-in-the-union.yaml") + ["--locality", "--json"])
        let document = try run.document()
        #expect(try SchemaCheck("locality.schema.json").faults(document) == [])
        #expect((document["rows"] as? [[String: Any]])?.count == 4)
    }

    @Test("refuses with status 3 what no policy allows, and names the rules")
    func refused() throws {
        let run = try Program.run(["place"] + files("02-patients-stay-in-the-union.yaml") + ["--at", "ohio"])
        #expect(run.status == 3)
        #expect(run.errors.contains("eu-health.process"), "\(run.errors)")
    }

    @Test("tells with status 2 what is wrong in a file, with its place")
    func wrong() throws {
        let scratch = try Scratch()
        try scratch.write("s.yaml", "schema: perigee.scenario/1\nsites: {a: {offer: {}}}\nworkloads: {w: {}}\n")
        let run = try Program.run(["place", scratch.path("s.yaml")])
        #expect(run.status == 2)
        for part in ["s.yaml:2:13", "did you mean offers?", "runtime is missing"] {
            #expect(run.errors.contains(part), "\(run.errors)")
        }
        #expect(try Program.run(["place", scratch.path("none.yaml")]).status == 2)
        try scratch.write("large.yaml", Data(count: 8 << 20 | 1))
        try scratch.write("latin.yaml", Data("name: M".utf8) + [0xfc, 0x6c])
        for (file, says) in [
            ("none.yaml", "the file cannot be read: No such file"), ("", "the file cannot be read: Is a directory"),
            ("large.yaml", "longer than 8.0 MiB"), ("latin.yaml", "byte 7 is not UTF-8"),
        ] {
            let run = try Program.run(["place", scratch.path(file)])
            #expect(run.status == 2 && run.errors.contains(says), "\(file): \(run.errors)")
            #expect(!run.errors.contains("Error Domain"), "\(run.errors)")
        }
        for (text, says) in [
            ("- a\n", ":1:1: the document is a list, not a mapping of keys"),
            ("\nnone\n", ":2:1: the document is a single value, not a mapping of keys"),
            ("", ":1:1: the document is empty, not a mapping of keys"),
            (
                "a: " + String(repeating: "[", count: 99) + String(repeating: "]", count: 99),
                ":1:68: the document is nested deeper than 64 levels"
            ),
        ] {
            try scratch.write("top.yaml", text)
            let run = try Program.run(["place", scratch.path("top.yaml")])
            #expect(run.status == 2 && run.errors.contains("top.yaml" + says), "\(run.errors)")
            #expect(!run.errors.contains("scenario:1:1"), "\(run.errors)")
        }
        #expect(try Program.run(["place"]).status == 2)
    }
}
