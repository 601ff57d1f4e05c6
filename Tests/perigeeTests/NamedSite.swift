import Foundation
import TestSupport
import Testing

/// A host with a configuration in its working folder, which names sites on it and one on "another host".
final class NamedSite {
    let site: FaultSite
    private let environment: [String: String]

    /// Sites `desk` (this host), `lab` and `cellar` (vaults on it), `far` (another host, reached by a command).
    init(_ more: String = "", datasets: String? = nil) throws {
        site = try FaultSite()
        environment = [
            "PERIGEE_STATE": site.path("state"), "LAB_SECRET": "of the lab", "CELLAR_SECRET": "of the cellar",
        ]
        try site.scratch.write(
            "connect", "#!/bin/sh\necho \"$@\" >> calls\nfor word; do :; done\nexec sh -c \"exec $word\"\n")
        try site.scratch.write("far.key", Data((0..<64).map { UInt8(truncatingIfNeeded: $0 &* 37) }))
        try site.shell("chmod +x connect")
        let usual = """
              d:
                source: desk
                exclude: ["*.tmp"]
                replicas: { desk: \(site.path("s")), far: \(site.path("f")) }
            """
        try write(
            """
            version: 1
            here: desk
            sites:
              desk: { attributes: { country: DE } }
              lab: { vault: "vault:\(site.path("lab"))", passphrase: env:LAB_SECRET }
              cellar: { vault: "vault:\(site.path("cellar"))", passphrase: env:CELLAR_SECRET }
              far:
                ssh: { host: there, user: me, command: \(site.path("connect")), remote_perigee: \(Program.path) }
                vault: vault:\(site.path("far"))
                key_file: file:\(site.path("far.key"))
            datasets:
            \(datasets ?? usual)
            \(more)
            """)
    }

    /// Writes the configuration.
    func write(_ text: String) throws { try site.scratch.write("perigee.yaml", text + "\n") }

    /// Runs the program in the folder of the configuration; names that begin with `@` stand for paths of the site.
    func run(_ arguments: String..., with more: [String: String] = [:]) throws -> FaultSite.Report {
        try run(arguments, with: more)
    }

    func run(_ arguments: [String], with more: [String: String] = [:]) throws -> FaultSite.Report {
        let words = arguments.map { $0.hasPrefix("@") ? site.path(String($0.dropFirst())) : $0 }
        let outcome = try Program.run(
            words + ["--json", "--quiet"], environment: environment.merging(more) { $1 }, in: site.scratch)
        let document = try? JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
        return FaultSite.Report(outcome: outcome, document: document ?? [:])
    }

    /// The same, expected to go well.
    @discardableResult
    func done(_ arguments: String..., with more: [String: String] = [:]) throws -> FaultSite.Report {
        let words = arguments.map { $0.hasPrefix("@") ? site.path(String($0.dropFirst())) : $0 }
        let outcome = try Program.run(
            words + ["--json", "--quiet"], environment: environment.merging(more) { $1 }, in: site.scratch)
        try #require(outcome.status == 0, "\(arguments): \(outcome.text) \(outcome.errors)")
        return FaultSite.Report(outcome: outcome, document: try outcome.document())
    }

    /// Makes the vaults `lab` and `cellar`: of one dedup domain where `alike`.
    func makeVaults(alike: Bool = true) throws {
        try done("init", "lab:")
        _ = try alike ? done("init", "cellar:", "--like", "lab:") : done("init", "cellar:")
    }

    /// Makes the source `s`.
    func makeSource(_ seed: inout Seed, large: Int = 2 << 20) throws {
        for index in 0..<20 { try site.scratch.write("s/d\(index % 3)/f\(index)", random: 4000, &seed) }
        try site.scratch.write("s/large", random: large, &seed)
        try site.scratch.write("s/left out.tmp", "not of the dataset")
    }

    /// Expects that a snapshot has what `s` has, but for what the dataset leaves out.
    func expectRestored(_ endpoint: String) throws {
        try site.shell("rm -rf r")
        try done("restore", endpoint, "@r")
        let told = try site.shell("diff -r --no-dereference s r")
        #expect(told.text.split(separator: "\n").map(String.init) == ["Only in s: left out.tmp"], "\(told.text)")
    }
}

extension FaultSite.Report {
    /// A member of the route of a report.
    func route(_ name: String) -> String? { (document["route"] as? [String: Any])?[name] as? String }
}
