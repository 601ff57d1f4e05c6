import Content
import Foundation
import Model
import Replication
import Storage
import TestSupport
import Testing
import Vault
import Wire

/// How often a run waits for the other end of a line: what a long way costs, whatever its bandwidth.
@Suite struct RoundTripTests {
    private let site: FarSite

    init() throws {
        site = try FarSite()
        for number in 0..<200 { try write("file \(number)", "\(number)") }
    }

    private func write(_ text: String, _ name: String) throws { try site.write(text.utf8, name) }

    /// Makes a snapshot in the vault at the other end of a line on which each byte is under way for a while.
    private func snapshot() throws -> (report: RunReport, turns: Int) {
        let count = TurnCount()
        var options = WireOptions()
        options.awaitsHello = false
        let host = BlobSite(site.vault, options: options) {
            var seed = Seed(1)
            var faults = LinkFaults()
            faults.delay = .milliseconds(60)
            let ends = SimulatedStream.pair(&seed, first: faults, second: faults)
            return (TurnCountingStream(ends.first, count), ends.second)
        }
        let dialer = host.dialer()
        var isClosed = false
        defer { if !isClosed { dialer.close() } }
        let remote = RemoteStore(dialer, path: "", name: "far")
        let store = ReadAheadStore(MeteredStore(ResumingStore(remote))) { VaultLayout.isUnchanging($0) }
        let prospect = VaultProspect(
            dataset: "d", snapshot: site.state.lastSnapshot(of: site.pair), writes: true)
        let vault = try Vault.open(
            at: store, secret: site.secret, outline: VaultOutline(store), cache: site.cache, for: prospect)
        let report = try site.snapshot(in: vault)
        // The goodbye is a turn that nothing waits for.
        let turns = count.turns
        dialer.leave()
        isClosed = true
        return (report, turns)
    }

    @Test func `a snapshot of a tree in which nothing changed takes at most five round trips`() throws {
        // The clock of files ticks slowly, and what is younger than its tick is not remembered.
        Thread.sleep(forTimeInterval: 0.2)
        let first = try snapshot()
        var (before, second) = (first, try snapshot())
        // What is asked together may be counted apart where the machine is busy; it can be counted again.
        for _ in 0..<4 where second.turns > 5 { (before, second) = (second, try snapshot()) }
        #expect(first.report.files.new == 200 && second.report.files.unchanged == 200)
        #expect(second.turns <= 5)
        let vault = try Vault.open(at: site.vault, secret: site.secret)
        #expect(try vault.latest("d")?.id.hex == second.report.snapshot)
        #expect(try vault.latest("d")?.parent?.hex == before.report.snapshot)
    }

    @Test func `the first snapshot of a dataset takes at most eight round trips`() throws {
        let first = try snapshot()
        #expect(first.report.files.new == 200)
        #expect(first.turns <= 8)
    }

    @Test func `a snapshot of a tree in which a file is new takes at most six round trips`() throws {
        Thread.sleep(forTimeInterval: 0.2)
        _ = try snapshot()
        var last: (report: RunReport, turns: Int)?
        for number in 0..<5 where (last?.turns ?? .max) > 6 {
            try write("new \(number)", "new \(number)")
            Thread.sleep(forTimeInterval: 0.2)
            last = try snapshot()
        }
        #expect(try #require(last).report.files.new == 1)
        #expect(try #require(last).turns <= 6)
    }

    @Test func `a snapshot after another writer's is placed behind that one`() throws {
        let first = try snapshot().report.snapshot
        let vault = try Vault.open(at: site.vault, secret: site.secret)
        var between = RunReport(verb: "snapshot", source: "tree", destination: "far")
        try write("changed", "7")
        try Archiver(
            root: site.tree, vault: vault, dataset: "d", pair: EndpointPair(source: "other", destination: "d"),
            context: RunContext(threads: 2, state: nil)
        ).run(&between)
        let last = try snapshot().report.snapshot
        let newest = try #require(try Vault.open(at: site.vault, secret: site.secret).latest("d"))
        #expect(newest.id.hex == last && newest.parent?.hex == between.snapshot && between.snapshot != first)
    }
}
