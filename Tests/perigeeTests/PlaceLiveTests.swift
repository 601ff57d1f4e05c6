import Foundation
import TestSupport
import Testing

/// Decisions about the sites, links and datasets of the configuration, with what the engine knows of them.
@Suite("The verb place, by the live configuration")
struct PlaceLiveTests {
    private static let work = """
        schema: perigee.scenario/1
        name: train on d
        workloads:
          train: { reads: [d], runtime: 1h }
        """
    private static let links = """
        links: [{ from: desk, to: far, bandwidth: 1Gbit/s, round_trip: 10ms }]
        policies: [{ id: no-cellar, deny: "site = cellar" }]
        """

    private func scene(_ more: String = "", links: String = links) throws -> NamedSite {
        var seed = Seed.fromEnvironment()
        let site = try NamedSite(links + "\n" + more)
        let text = String(decoding: try site.site.scratch.read("perigee.yaml"), as: UTF8.self)
        try site.write(
            text.replacing(
                "desk: { attributes: { country: DE } }",
                with: """
                    desk: { attributes: { country: DE }, offers: { own: { price_per_hour: 5 } } }
                    """
            ).replacing("  far:\n    ssh:", with: "  far:\n    offers: { gpu: { price_per_hour: 1 } }\n    ssh:"))
        try site.site.scratch.write("work.yaml", Self.work)
        try site.makeSource(&seed)
        return site
    }

    private func manifest(_ document: [String: Any]) throws -> [String: Any] {
        let provenance = try #require(document["provenance"] as? [String: Any])
        return try #require((provenance["manifests"] as? [[String: Any]])?.first)
    }

    @Test("takes what a site holds from a look, from the last run, and from an estimate since")
    func presence() throws {
        let site = try scene()
        let first = try site.done("place", "work.yaml").document
        #expect(try SchemaCheck("decision.schema.json").faults(first) == [])
        var seen = try manifest(first)
        #expect(seen["site"] as? String == "far" && seen["share"] as? Double == 0 && seen["how"] as? String == "look")
        let placement = try #require((first["placements"] as? [[String: Any]])?.first)
        #expect(placement["site"] as? String == "far" && (placement["bytes"] as? Int ?? 0) > 1 << 20)
        let links = try #require((first["provenance"] as? [String: Any])?["links"] as? [[String: Any]])
        #expect(links.first?["from"] as? String == "desk" && links.first?["probes"] as? Int == 1)

        try site.done("replicate", "d", "--to", "far")
        let second = try site.done("place", "work.yaml").document
        seen = try manifest(second)
        #expect(seen["share"] as? Double == 1 && seen["how"] as? String == "run")
        #expect((second["placements"] as? [[String: Any]])?.first?["bytes"] as? Int == 0)

        try site.site.shell("head -c 400000 /dev/urandom > s/another")
        #expect(try manifest(site.done("place", "work.yaml").document)["share"] as? Double == 1, "as it was known")
        seen = try manifest(site.done("place", "work.yaml", "--look").document)
        let share = try #require(seen["share"] as? Double)
        #expect(share > 0.5 && share < 1 && seen["how"] as? String == "look")
        seen = try manifest(site.done("place", "work.yaml").document)
        #expect(seen["how"] as? String == "estimate" && seen["share"] as? Double == share)
    }

    @Test("decides for the configuration's own workloads without a file, and writes all down to be decided again")
    func saved() throws {
        let site = try scene("workloads:\n  train: { reads: [d], runtime: 1h }\n")
        let live = try site.done("place", "--save", "basis.yaml").document
        let again = try site.done("place", "basis.yaml").document
        #expect((live as NSObject) == (again as NSObject))
        let why = try #require((live["placements"] as? [[String: Any]])?.first?["why_not"] as? [[String: Any]])
        #expect(why.contains { $0["site"] as? String == "cellar" })
        let text = try site.site.shell("cat basis.yaml").text
        #expect(text.contains("known") && text.contains("measured") && !text.contains("secret"))
    }

    @Test("measures a dataset that is at one site alone, in a tree or in a vault", arguments: [true, false])
    func alone(isTree: Bool) throws {
        let site = try scene(links: "")
        let (tree, vault) = (site.site.path("s"), "vault:\(site.site.path("lab"))")
        let text = String(decoding: try site.site.scratch.read("perigee.yaml"), as: UTF8.self)
        let replica = isTree ? "desk: \(tree)" : "lab: '\(vault)#d'"
        try site.write(
            text.replacing("    source: desk\n", with: "")
                .replacing("desk: \(tree), far: \(site.site.path("f"))", with: replica)
                .replacing("lab: { vault", with: "lab: { offers: { own: { price_per_hour: 2 } }, vault"))
        try site.done("init", "lab:")
        try site.done("snapshot", "@s", "\(vault)#d", with: ["PERIGEE_PASSPHRASE": "of the lab"])
        let placed = try site.run("place", "work.yaml", with: ["PERIGEE_PASSPHRASE": "of the lab"])
        let placement = (placed.document["placements"] as? [[String: Any]])?.first
        #expect(placement?["site"] as? String == (isTree ? "desk" : "lab"), "nothing leads elsewhere: \(placed.text)")
    }

    @Test("names what is wrong in the configuration or the file, with its place, and what is missing")
    func wrong() throws {
        let site = try scene("workloads: [1]\n")
        let bad = try site.run("place", "work.yaml")
        #expect(bad.status == 2 && bad.text.contains("perigee.yaml:"), "\(bad.text)")
        let other = try scene()
        try other.site.scratch.write("work.yaml", Self.work.replacing("[d]", with: "[dd]"))
        let typo = try other.run("place", "work.yaml")
        #expect(typo.status == 2 && typo.text.contains("work.yaml:4") && typo.text.contains("did you mean d?"))
    }
}
