import Foundation
import TestSupport
import Testing

/// Restores that are ended in the middle of a large file, and go on.
@Suite("A restore that breaks off")
struct BrokenRestoreTests {
    private static let size = 48 << 20
    /// As much of the file is there before the run is ended.
    private static let enough = 12 << 20

    private func parts(_ site: FaultSite) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: site.path("r")).filter { $0.hasPrefix(".perigee-") }
    }

    /// Bytes that the files of `names` take on the device.
    private func taken(_ site: FaultSite, _ names: [String]) -> Int {
        names.reduce(0) { sum, name in
            var status = stat()
            return stat(site.path("r/\(name)"), &status) == 0 ? sum + Int(status.st_blocks) * 512 : sum
        }
    }

    @Test("goes on in the middle of a large file, whether it was killed or stopped", arguments: [SIGKILL, SIGTERM])
    func goesOn(signal: Int32) throws {
        let site = try FaultSite(vault: true)
        var seed = Seed(11)
        try site.scratch.write("s/large", random: Self.size, &seed)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try site.shell("mkdir r")
        let process = try site.start("restore", site.vault("d"), "@r", "--limit", "6MB/s")
        let end = ContinuousClock.now + .seconds(300)
        while try taken(site, parts(site)) < Self.enough, ContinuousClock.now < end { usleep(20_000) }
        process.send(signal)
        #expect(try process.status() != 0)
        let left = try parts(site)
        #expect(left.count == 1)
        #expect(taken(site, left) >= Self.enough)

        // Ended once more, early: what the first run had brought is still there.
        let second = try site.start("restore", site.vault("d"), "@r", "--limit", "1MB/s")
        while try parts(site).count < 2, ContinuousClock.now < end { usleep(10_000) }
        second.send(SIGKILL)
        _ = try second.status()

        let report = try site.run("restore", site.vault("d"), "@r")
        #expect(report.status == 0, "\(report.text)")
        #expect(report["bytes", "reused"] >= Self.enough / 2, "\(report.text)")
        #expect(report["bytes", "missing"] + report["bytes", "reused"] == Self.size, "\(report.text)")
        #expect(report["bytes", "wire_received"] < Self.size - Self.enough / 2, "\(report.text)")
        #expect(try parts(site).isEmpty)
        #expect(try site.files("r") == site.files("s"))
    }

    @Test("keeps nothing of a file that the vault does not have whole")
    func damaged() throws {
        let site = try FaultSite(vault: true)
        var seed = Seed(12)
        try site.scratch.write("s/large", random: Self.size, &seed)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        let damage = "printf XXXX | dd of={} bs=1 seek=3000000 conv=notrunc"
        try site.shell("find vault/packs -type f -size +4M -exec sh -c '\(damage)' ';'")
        let report = try site.run("restore", site.vault("d"), "@r")
        #expect(report.status == 4 && report.failures["large"] == "damaged", "\(report.text)")
        #expect(try parts(site).isEmpty)
    }
}
