import Foundation
import TestSupport
import Testing

/// A near site and a far one, a link between them, and on the far one every kind of end: a server of `ssh`, an agent that
/// sends, an agent that takes, an object store.
///
/// Where no namespaces can be made, all is on the loopback. All that was started ends with it.
final class PairLab {
    private let spaces: LinkedSpaces?
    private let host: SecureHost
    private let sender: ListeningSite
    private let taker: ListeningSite
    private let server: ObjectServer
    /// What runs the pairs.
    let runner: PairRunner

    /// The site with the data, called `s`, and everything that pairs leave behind.
    var site: FaultSite { sender.site }

    /// A lab with the object store `named`; with one of its own at the far end where none is.
    init(store named: ObjectServer? = nil) throws {
        let spaces = named == nil && LinkedSpaces.areAvailable ? try LinkedSpaces(megabits: 1000) : nil
        self.spaces = spaces
        host = try SecureHost(beyond: spaces)
        sender = try ListeningSite(state: "sender")
        taker = try ListeningSite(state: "taker", beside: sender)
        server =
            try named ?? spaces.map { try ObjectServer.seaweed(in: $0.far, at: LinkedSpaces.farAddress) }
            ?? ObjectServer.seaweed.get()
        let site = sender.site
        try Self.makeData(site)
        let names = PairKind.allCases.flatMap { to in PairKind.allCases.map { PairRunner.name($0, to) } }
        let exports = PairKind.allCases.flatMap { from in
            [(PairKind.agentTree, ""), (.agentVault, "vault:")].map { to, scheme in
                let name = PairRunner.name(from, to)
                return "\(name)=\(scheme)\(site.path(name))"
            }
        }
        try sender.start("s=\(site.path("s")):ro", "sv=vault:\(site.path("sv")):ro", within: spaces)
        try site.shell("mkdir -p \(names.filter { $0.hasSuffix("agentTree") }.joined(separator: " ")) extra")
        try taker.start(exports + ["extra=\(site.path("extra"))"], within: spaces)
        try sender.trust("read,grant")
        try taker.trust("read,write,grant")
        runner = PairRunner(
            reach: spaces.map { ["ip", "netns", "exec", $0.near] } ?? [],
            shell: "\(spaces == nil ? "127.0.0.1" : LinkedSpaces.farAddress):\(host.port)",
            sender: try #require(sender.document["listen"] as? String),
            taker: try #require(taker.document["listen"] as? String),
            bucket: "s3://\(server.bucket)/pairs\(UUID().uuidString.prefix(8).lowercased())",
            folder: site.scratch.path + "/", ssh: host.command,
            environment: [
                "AWS_ACCESS_KEY_ID": server.accessKey, "AWS_SECRET_ACCESS_KEY": server.secretKey,
                "AWS_ENDPOINT_URL_S3": server.endpoint, "PERIGEE_STATE": site.path("state"),
            ])
        try makeEnds()
    }

    /// Files of all kinds, of some 1.5 MB.
    private static func makeData(_ site: FaultSite) throws {
        var seed = Seed.fromEnvironment()
        for index in 0..<24 { try site.scratch.write("s/d\(index % 5)/f\(index)", random: index * 997, &seed) }
        try site.scratch.write("s/large", random: 900_000, &seed)
        try site.scratch.write("s/text", String(repeating: "the same line again\n", count: 20_000))
        let made = try site.shell(
            """
            ln -s d1 s/link; ln s/large s/d2/also; mkdir s/empty; touch s/nothing; chmod 640 s/text; \
            touch -d 2001-02-03T04:05:06.789 s/d3/f3; touch -d 1999-01-01 s/d4; \
            head -c 32 /dev/urandom > key; chmod 600 key; touch -d 2020-02-02 s
            """)
        try #require(made.status == 0, "\(made.errors)")
    }

    /// The vaults that data comes from, and empty ones that it goes to: copies of one, but in the object store.
    private func makeEnds() throws {
        // Of the far host's program: its own state, and how it reaches others.
        let far = """
            #!/bin/sh
            export PERIGEE_STATE='\(site.path("far"))' PERIGEE_SSH='\(host.command)'
            exec '\(Program.path)' "$@"
            """
        try site.scratch.write("far-perigee", far)
        try site.shell("chmod 755 far-perigee")
        try runner.done("init", "vault:\(site.path("sv"))")
        try runner.done("init", "vault:\(site.path("template"))", "--like", "vault:\(site.path("sv"))")
        try runner.done("snapshot", site.path("s"), "vault:\(site.path("sv"))#d")
        try runner.done("init", runner.source(.bucket), "--like", "vault:\(site.path("sv"))")
        try runner.done("snapshot", site.path("s"), "\(runner.source(.bucket))#d")
        for to in PairKind.allCases where to.isFolderVault {
            for from in PairKind.allCases { try site.shell("cp -a template \(PairRunner.name(from, to))") }
        }
    }
}
