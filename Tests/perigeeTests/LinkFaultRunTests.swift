import Foundation
import TestSupport
import Testing

/// Syncs through `ssh` over a link of packets that has faults of its own.
@Suite(.enabled(if: SecureHost.isInstalled && LinkedSpaces.areAvailable, "needs sshd, iproute2, nftables and root"))
struct LinkFaultRunTests {
    private let spaces: LinkedSpaces
    private let host: SecureHost
    private let site: FaultSite
    private var seed = Seed.fromEnvironment()

    init() throws {
        spaces = try LinkedSpaces(megabits: 200)
        host = try SecureHost(beyond: spaces)
        site = try FaultSite()
        for index in 0..<40 { try site.scratch.write("s/d\(index % 4)/f\(index)", random: 20_000, &seed) }
        try site.scratch.write("s/large", random: 24 << 20, &seed)
    }

    /// Starts a sync of `s` to `r` on the other host, or from there.
    private func start(pushes: Bool) throws -> ChildProcess {
        let far = "ssh://\(LinkedSpaces.farAddress):\(host.port)"
        return try site.start(
            [
                "netns", "exec", spaces.near, Program.path, "sync", pushes ? "@s" : "\(far)\(site.path("s"))",
                pushes ? "\(far)\(site.path("r"))" : "@r", "--delete", "--ssh", host.command, "--remote-perigee",
                Program.path,
            ], program: "/bin/ip")
    }

    @Test("end as they should where the link is down for a while", arguments: [true, false])
    func down(pushes: Bool) throws {
        let run = try start(pushes: pushes)
        usleep(400_000)
        try spaces.set(isUp: false)
        usleep(1_500_000)
        #expect(run.isRunning)
        try spaces.set(isUp: true)
        #expect(try run.status() == 0)
        #expect(try site.differences("s", "r").isEmpty, "seed \(seed.value)")
        #expect(try site.leftovers("r").isEmpty)
    }

    @Test("end as they should where one packet in a hundred is lost", arguments: [true, false])
    func lossy(pushes: Bool) throws {
        try spaces.lose(perMille: 10)
        let run = try start(pushes: pushes)
        #expect(try run.status() == 0)
        #expect(try site.differences("s", "r").isEmpty, "seed \(seed.value)")
    }
}
