import Foundation
import TestSupport
import Testing
import Wire

/// A connection to another host that several children carry, with the built program at the far end.
@Suite("A connection through ssh over a long way", .enabled(if: CountedLine.isPossible, "needs python3"))
struct AgentStrandTests {
    private let scratch: Scratch
    private let line: CountedLine
    private let shell: SecureShell

    init() throws {
        (scratch, line) = (try Scratch(), try CountedLine(milliseconds: 10))
        try scratch.write(
            program: "shell", "#!/bin/sh\necho \"$@\" >> '\(scratch.path("told"))'\nexec '\(line.command)' \"$@\"\n")
        var shell = SecureShell(host: "there")
        (shell.command, shell.remotePerigee) = ([scratch.path("shell")], Program.path)
        self.shell = shell
    }

    /// How many further children were started.
    private var children: Int {
        let told = (try? String(contentsOfFile: scratch.path("told"), encoding: .utf8)) ?? ""
        return told.components(separatedBy: "BatchMode=yes").count - 1
    }

    private func connect() throws -> Connection {
        var options = WireOptions()
        options.awaitsHello = false
        let connection = try Connection(try shell.open { _ in }, role: .initiator, options: options)
        StrandOpener.watch(connection, shell)
        return connection
    }

    @Test("is carried by further children once much has crossed, and is whole")
    func opened() throws {
        let connection = try connect()
        defer { connection.close() }
        let channel = try connection.open("probe")
        var seed = Seed.fromEnvironment()
        let end = ContinuousClock.now + .seconds(120)
        var rounds = 0
        // As long as it takes until some have been asked for, and some more, so that they carry something.
        while ContinuousClock.now < end, rounds < 20 {
            let bytes = seed.bytes(1 << 20)
            try channel.send(1, bytes)
            #expect(try channel.receive()?.bytes == bytes, "seed \(seed.value)")
            if children > 0 { rounds += 1 }
        }
        #expect(rounds == 20)
        channel.finish()
    }

    @Test("gets them as soon as much was asked for, before any of it has come")
    func announced() throws {
        let connection = try connect()
        defer { connection.close() }
        let channel = try connection.open("probe")
        channel.announce(4 << 20)
        let end = ContinuousClock.now + .seconds(120)
        // Half of what it takes, as long as a few words cross.
        for _ in 0..<10 {
            try channel.send(1, [1])
            #expect(try channel.receive()?.bytes == [1])
        }
        #expect(children == 0)
        channel.announce(4 << 20)
        while children < 3, ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.02) }
        #expect(children == 3)
        #expect(connection.traffic.sent + connection.traffic.received < 16 << 10)
        channel.finish()
    }

    @Test("is joined by nobody who does not know its door")
    func refused() throws {
        let outcome = try Program.run("agent", "--stdio", "--join", "perigee-0000")
        #expect(outcome.status == 1 && outcome.errors.contains("cannot join the connection"), "\(outcome.errors)")
        #expect(try Program.run("agent", "--listen", "0", "--export", "a=/tmp", "--join", "x").status == 2)
    }
}
