import Foundation
import TestSupport
import Testing

/// The whole way of a decision: two sites on a shaped link, a real dataset of which one has a part, and a Slurm there.
@Suite(
    "From a live configuration to a result", .serialized,
    .enabled(
        if: LinkedSpaces.areAvailable && SlurmCluster.missing == nil && SecureHost.isInstalled,
        "it takes network namespaces, Slurm and an ssh server"))
struct LivePathTests {
    /// Folders of this system that hold many files of all sizes; the first that is there is the dataset.
    private static let real = ["/usr/share/perl", "/usr/share/perl5", "/usr/share/zoneinfo", "/usr/share/doc"]

    @Test(
        "a part is brought, work is done by Slurm, what it makes comes back, and the ledger has all beside what was expected"
    )
    func whole() throws {
        let spaces = try LinkedSpaces(megabits: 200)
        let cluster = try SlurmCluster(by: ["ip", "netns", "exec", spaces.far])
        let host = try SecureHost(beyond: spaces, settings: "SetEnv SLURM_CONF=\(cluster.settingsFile)")
        let scratch = try Scratch()
        try prepare(scratch, host)

        // What is missing is found by a look over the link, and decides.
        let decision = try run(scratch, spaces, host, "place")
        #expect(try SchemaCheck("decision.schema.json").faults(decision) == [])
        let placement = try #require((decision["placements"] as? [[String: Any]])?.first)
        #expect(placement["site"] as? String == "far", "\(placement)")
        let provenance = try #require(decision["provenance"] as? [String: Any])
        let manifest = try #require((provenance["manifests"] as? [[String: Any]])?.first)
        let share = try #require(manifest["share"] as? Double)
        #expect(share > 0.1 && share < 0.95 && manifest["how"] as? String == "look", "\(manifest)")
        #expect(((provenance["links"] as? [[String: Any]])?.first?["probes"] as? Int ?? 0) > 0)
        let expected = try #require(placement["bytes"] as? Int)
        #expect(expected > 0)

        let executed = try run(scratch, spaces, host, "place", "--execute")
        let job = try #require(DispatchSite.jobs(executed).first)
        #expect(job["state"] as? String == "done" && job["executor"] as? String == "slurm", "\(job)")
        #expect(job["way"] as? String == "stage and keep", "\(job)")
        #expect(try Program.shell("diff -r --no-dereference s f", in: scratch).text == "")
        let lines = String(decoding: try scratch.read("results/count"), as: UTF8.self)
        let files = try Program.shell("find s -type f | wc -l", in: scratch).text
        #expect(lines.filter(\.isNumber) == files.filter(\.isNumber), "\(lines) \(files)")
        // Handed over through Slurm, and not begun by anybody else.
        let id = try #require(job["id"] as? String)
        #expect(try run(scratch, spaces, host, "jobs", "log", id)["text"] as? String == "of Slurm\n")

        try expectLedger(try run(scratch, spaces, host, "status", "--ledger"), decided: expected, job)
    }

    /// The sync is in the ledger with what was foreseen of it, and came to that.
    private func expectLedger(_ ledger: [String: Any], decided: Int, _ job: [String: Any]) throws {
        #expect(try SchemaCheck("ledger.schema.json").faults(ledger) == [])
        let transfers = try #require(ledger["transfers"] as? [[String: Any]])
        let staged = try #require(transfers.first { $0["link"] as? String == "desk -> far" }, "\(transfers)")
        #expect(staged["asked"] as? Bool == true)
        let bytes = try #require(staged["bytes"] as? Int)
        let foreseen = try #require((staged["expected"] as? [String: Any])?["bytes"] as? [String: Int])
        // How hard is compressed follows the link and what else the processors do: both differ from the look to the run.
        let middle = try #require(foreseen["p50"])
        #expect(bytes > middle / 3 && bytes < middle * 3, "\(bytes), foreseen \(foreseen), decided by \(decided)")
        #expect(((staged["expected"] as? [String: Any])?["seconds"] as? [String: Double])?["p50"] ?? 0 > 0)
        let stage = try #require((job["stages"] as? [[String: Any]])?.first)
        #expect((stage["actual"] as? [String: Any])?["bytes"] as? Int == bytes)
        let score = try #require((ledger["score"] as? [String: Any])?["bytes"] as? [String: Any])
        #expect(score["count"] as? Int ?? 0 >= 1)
    }

    private func run(
        _ scratch: Scratch, _ spaces: LinkedSpaces, _ host: SecureHost, _ arguments: String...
    ) throws -> [String: Any] {
        let words = ["netns", "exec", spaces.near, Program.path] + arguments + ["--json", "--quiet"]
        let outcome = try Program.run(
            words, environment: ["PERIGEE_STATE": scratch.path("state"), "PERIGEE_SSH": host.command], in: scratch,
            program: "ip")
        try #require(outcome.status == 0, "\(arguments): \(outcome.text.suffix(2000)) \(outcome.errors)")
        return try outcome.document()
    }

    /// The dataset `s` of the near site, two thirds of it at the far one, and the configuration that names them.
    private func prepare(_ scratch: Scratch, _ host: SecureHost) throws {
        let folder = try #require(Self.real.first { FileManager.default.fileExists(atPath: $0) })
        let made = try Program.shell(
            """
            mkdir s f; cp -a \(folder)/. s/ 2>/dev/null; find s -type f -size +4M -delete
            (cd s && find . -type f | LC_ALL=C sort | awk 'NR % 3 > 0' | tar cf - -T - | tar xf - -C ../f)
            printf '#!/bin/sh\\nexport PERIGEE_STATE=%s\\nexec %s "$@"\\n' "$PWD/far-state" "$P" > far-perigee
            chmod 755 far-perigee; mkdir jobs results
            """, in: scratch)
        try #require(made.status == 0, "\(made.errors)")
        try scratch.write(
            "perigee.yaml",
            """
            version: 1
            here: desk
            sites:
              desk: {attributes: {country: DE}}
              far:
                attributes: {country: DE}
                ssh: {host: \(LinkedSpaces.farAddress), user: \(NSUserName()), port: \(host.port), command: "\(host.command)", remote_perigee: \(scratch.path("far-perigee"))}
                offers:
                  cluster:
                    price_per_hour: 1
                    executor: {kind: slurm, host: \(NSUserName())@\(LinkedSpaces.farAddress), port: \(host.port), folder: \(scratch.path("jobs")), constraint: data_eu}
            links:
              - {from: desk, to: far, bandwidth: 200Mbit/s}
              - {from: far, to: desk, bandwidth: 200Mbit/s}
            datasets:
              d: {source: desk, replicas: {desk: \(scratch.path("s")), far: \(scratch.path("f"))}}
            workloads:
              count:
                reads: [d]
                runtime: 5s
                run: {shell: "test -n \\"$SLURM_JOB_ID\\" && echo of Slurm; find \\"$PERIGEE_INPUT_D\\" -type f | wc -l > \\"$PERIGEE_OUTPUT_RESULT\\"/count"}
                outputs: {result: {size: 1KB, to: desk, paths: {desk: \(scratch.path("results"))}}}

            """)
    }
}
