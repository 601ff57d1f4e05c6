import Foundation
import TestSupport
import Testing
import Wire

/// A connection to another host that several children carry, with the built program at the far end.
@Suite("A connection through ssh over a long way", .enabled(if: CountedLine.isPossible, "needs python3"))
struct AgentStrandTests {
    @Test("is carried by further children once much has crossed, and is whole")
    func opened() throws {
        let scratch = try Scratch()
        let line = try CountedLine(milliseconds: 10)
        let told = scratch.path("told")
        try scratch.write("shell", "#!/bin/sh\necho \"$@\" >> '\(told)'\nexec '\(line.command)' \"$@\"\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path("shell"))
        var shell = SecureShell(host: "there")
        (shell.command, shell.remotePerigee) = ([scratch.path("shell")], Program.path)
        let connection = try Connection(try shell.open { _ in }, role: .initiator)
        defer { connection.close() }
        StrandOpener.watch(connection, shell)
        let channel = try connection.open("probe")
        var seed = Seed.fromEnvironment()
        let end = ContinuousClock.now + .seconds(120)
        var rounds = 0
        // As long as it takes until some have been asked for, and some more, so that they carry something.
        while ContinuousClock.now < end, rounds < 20 {
            let bytes = seed.bytes(1 << 20)
            try channel.send(1, bytes)
            #expect(try channel.receive()?.bytes == bytes, "seed \(seed.value)")
            let joined = (try? String(contentsOfFile: told, encoding: .utf8))?.contains("BatchMode=yes") ?? false
            if joined { rounds += 1 }
        }
        #expect(rounds == 20)
        channel.finish()
    }

    @Test("is joined by nobody who does not know its door")
    func refused() throws {
        let outcome = try Program.run("agent", "--stdio", "--join", "perigee-0000")
        #expect(outcome.status == 1 && outcome.errors.contains("cannot join the connection"), "\(outcome.errors)")
        #expect(try Program.run("agent", "--listen", "0", "--export", "a=/tmp", "--join", "x").status == 2)
    }
}
