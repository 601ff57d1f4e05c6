import Foundation
import TestSupport
import Testing

@Suite("The command line")
struct UsageTests {
    static let verbs = [
        ["sync"], ["snapshot"], ["restore"], ["estimate"], ["init"], ["keys"], ["keys", "list"], ["keys", "add"],
        ["keys", "remove"], ["keys", "rotate"], ["keys", "status"], ["keys", "export"], ["forget"], ["gc"],
        ["identity"], ["identity", "show"], ["identity", "new"], ["trust"], ["trust", "add"], ["trust", "list"],
        ["trust", "remove"], ["agent"], ["probe"],
        ["log"], ["ls"], ["diff"], ["cat"], ["verify"],
        ["repair"], ["hash"], ["schedule"], ["schedule", "next"],
        ["replicate"], ["config"], ["config", "check"], ["config", "show"], ["sites"], ["links"], ["datasets"],
        ["chunk"], ["bench"], ["doctor"], ["completions"], ["place"], ["status"],
        ["jobs"], ["jobs", "list"], ["jobs", "wait"], ["jobs", "cancel"], ["jobs", "log"], ["serve"], ["runs"],
        ["schedule", "list"], ["schedule", "plan"], ["schedule", "run"], ["schedule", "pause"], ["schedule", "resume"],
        ["audit"], ["audit", "list"], ["audit", "verify"], ["token"], ["token", "add"], ["token", "list"],
        ["token", "remove"],
    ]

    @Test("tells its version and, asked for nothing, how it is used")
    func version() throws {
        let version = try Program.run("--version")
        #expect(version.status == 0)
        #expect(version.text.trimmingCharacters(in: .newlines).split(separator: ".").count == 3)
        let bare = try Program.run()
        #expect(bare.status == 0)
        #expect(bare.text.contains("EXIT STATUS"))
    }

    @Test("has help with an example for every verb", arguments: verbs)
    func help(verb: [String]) throws {
        let help = try Program.run(verb + ["--help"])
        #expect(help.status == 0)
        #expect(help.text.contains("EXAMPLE"))
        #expect(help.text.contains("perigee " + verb.joined(separator: " ")))
        #expect(help.errors.isEmpty)
        let lines = help.text.split(separator: "\n", omittingEmptySubsequences: false)
        let examples = lines.drop { !$0.hasPrefix("EXAMPLE") }.dropFirst().prefix { !$0.isEmpty }
        #expect(examples.allSatisfy { $0.hasPrefix("  ") }, "an example is broken, and cannot be pasted: \(examples)")
    }

    @Test(
        "names the verb that was meant, and where the verbs are listed",
        arguments: [
            (["synk", "/a", "/b"], "perigee has no verb synk", "sync"),
            (["--json", "keys", "lits", "vault:/x"], "perigee keys has no verb lits", "perigee keys --help"),
            (["frobnicate"], "perigee has no verb frobnicate", "perigee --help"),
            (["token", "ad"], "perigee token has no verb ad", "add"),
        ])
    func misspelled(arguments: [String], message: String, remedy: String) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 2)
        let said = outcome.text + outcome.errors
        #expect(said.contains(message), "\(said)")
        #expect(said.contains(remedy), "\(said)")
    }

    @Test("completes every verb that its help lists, in every shell", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        let script = try Program.run("completions", shell).text
        let listed = try Program.run("--help").text.split(separator: "\n").filter { $0.hasPrefix("  ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        for verb in Set(Self.verbs.map { $0[0] }) {
            #expect(listed.contains(verb), "\(verb) is not in the help")
            #expect(script.contains(verb), "\(verb) is not completed")
        }
    }

    @Test(
        "ends with status 2 where it is used wrongly, and says how to use it",
        arguments: [
            ["frobnicate"], ["hash", "--bogus"], ["chunk"], ["hash", "--length", "0"],
            ["hash", "--length", "many"],
            ["hash", "--keyed-hex", "abc", "/dev/null"], ["chunk", "/dev/null", "--average", "1000"],
            ["chunk", "/dev/null", "--average", "lots"], ["chunk", "/"], ["doctor", "--progress", "loud"],
            ["verify", "vault:/x", "--data", "--sample", "5%"], ["ls", "/", "../etc"],
            ["log", "/tmp"], ["ls", "berlin:docs"], ["sites"], ["replicate", "d"], ["replicate", "d", "--to", "x"],
            ["init", "/tmp"], ["init", "vault:/x#docs"], ["log", "ftp://x/y"], ["ls", ""],
            ["sync", "/tmp", "/nothing/here", "--compress", "zip"],
        ])
    func wrongUsage(arguments: [String]) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("perigee: "))
        #expect(outcome.errors.split(separator: "\n").count >= 2, "a remedy follows: \(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(
        "names what else to do where an option means nothing between two ends, before it reaches any host",
        arguments: [
            ["me@host:/srv", "/tmp", "--route", "direct"], ["/tmp", "vault:/nothing/here#d", "--route", "here"],
            ["me@host:/srv", "ssh://you@there/srv", "--route", "direct", "--limit", "1MB/s"],
            ["me@host:/srv", "ssh://you@there/srv", "--history"],
        ])
    func refused(arguments: [String]) throws {
        let outcome = try Program.run(["sync"] + arguments + ["--json"])
        #expect(outcome.status == 2, "\(outcome.text)")
        let error = try outcome.document()
        #expect(error["code"] as? String == "usage")
        #expect((error["remedy"] as? String)?.isEmpty == false)
    }

    @Test("prints errors as one JSON document where programs read, with the same status")
    func jsonErrors() throws {
        for (arguments, status, code) in [
            (["hash", "--bogus", "--json"], 2, "usage"), (["chunk", "/nothing/here", "--json"], 1, "not_found"),
            (["--json", "log", "vault:/nothing/here"], 1, "not_found"),
        ] as [([String], Int32, String)] {
            let outcome = try Program.run(arguments)
            #expect(outcome.status == status)
            let error = try outcome.document()
            #expect(error["schema"] as? String == "perigee.error/1")
            #expect(error["code"] as? String == code)
            #expect(error["exit_status"] as? Int32 == status)
            #expect((error["message"] as? String)?.isEmpty == false)
            #expect(outcome.errors.isEmpty)
        }
    }

    @Test("takes options that all verbs have before the verb too")
    func optionsAhead() throws {
        let outcome = try Program.run("--quiet", "--state=/tmp", "--progress", "none", "--json", "hash", "/dev/null")
        #expect(outcome.status == 0)
        #expect(try outcome.document()["schema"] as? String == "perigee.hash/1")
        let nested = try Program.run("--json", "--state", "/nothing", "trust", "list")
        #expect(nested.status == 0, "\(nested.text)")
        #expect(try nested.document()["schema"] as? String == "perigee.trust/1")
    }

    @Test("refuses a configuration file that it cannot read, and accepts one that it can")
    func configuration() throws {
        let outcome = try Program.run("hash", "/dev/null", "--config", "/nothing/perigee.yaml")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("/nothing/perigee.yaml"))
        #expect(try Program.run("hash", "/dev/null", "--config", "/dev/null").status == 0)
        let environment = ["PERIGEE_CONFIG": "/nothing/perigee.yaml"]
        #expect(try Program.run("hash", "/dev/null", environment: environment).status == 2)
    }

    @Test("makes completion scripts", arguments: [("bash", "complete"), ("zsh", "#compdef"), ("fish", "complete -c")])
    func completions(shell: String, sign: String) throws {
        let outcome = try Program.run("completions", shell)
        #expect(outcome.status == 0)
        #expect(outcome.text.contains(sign))
        #expect(outcome.text.contains("keyed-hex"))
    }

    @Test("notices that its output cannot be written")
    func fullOutput() throws {
        let outcome = try Program.shell("exec $P hash /dev/null > /dev/full", in: try Scratch())
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("standard output"))
    }

    @Test(
        "says so in words on standard error, whatever was to be written",
        arguments: [
            ("chunk /dev/null --json", 1), ("sync q qd --json --quiet", 1), ("sync missing qd --json", 1),
            ("synk --json", 2), ("sync --json", 2), ("--help", 1),
        ])
    func fullOutputs(arguments: String, status: Int32) throws {
        let scratch = try Scratch()
        let line = "mkdir q; exec $P \(arguments) > /dev/full"
        let outcome = try Program.shell(line, environment: ["PERIGEE_STATE": scratch.path("state")], in: scratch)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("perigee: "), "\(outcome.errors)")
    }

    @Test("ends in silence where nobody reads its output any more")
    func closedPipe() throws {
        let line = "{ $P chunk /proc/self/exe; echo $? >&2; } | true"
        #expect(try Program.shell(line, in: try Scratch()).errors == "1\n")
        let json = "{ $P completions bash --json; $P completions bash --json; echo $? >&2; } | true"
        #expect(try Program.shell(json, in: try Scratch()).errors == "1\n")
    }

    @Test("ends with status 130 where it is interrupted, and says how to go on", arguments: [SIGINT, SIGTERM, SIGHUP])
    func interruption(signal: Int32) throws {
        let files = try Scratch()
        try #require(mkfifo(files.path("in"), 0o600) == 0)
        // Open for writing too, so that neither end waits for the other.
        let held = open(files.path("in"), O_RDWR)
        defer { close(held) }
        let process = try ChildProcess(
            Program.path, ["hash", "-"], input: files.path("in"), errors: files.path("err"))
        let end = ContinuousClock.now + .seconds(300)
        while try !catches(signal, process.identifier), ContinuousClock.now < end { usleep(10_000) }
        process.send(signal)
        #expect(try process.status() == 130)
        #expect(String(decoding: try files.read("err"), as: UTF8.self).contains("interrupted"))
    }

    /// Whether a process has said what it does at a signal.
    private func catches(_ signal: Int32, _ process: Int32) throws -> Bool {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") })
        let caught = try #require(line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) })
        return caught >> UInt64(signal - 1) & 1 == 1
    }

    @Test("uses no colours where no terminal is")
    func noColours() throws {
        let outcome = try Program.run("doctor")
        #expect(!outcome.text.contains("\u{1b}"))
    }
}
