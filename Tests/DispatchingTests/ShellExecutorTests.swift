import Dispatching
import Foundation
import Model
import Placement
import TestSupport
import Testing
import Wire

/// Jobs by a real shell of this host.
@Suite("The shell's jobs")
struct ShellExecutorTests {
    private let folder: TemporaryFolder
    private let executor = ShellExecutor(StreamShell.here)

    init() throws { folder = try TemporaryFolder() }

    private func trial(
        _ run: Scenario.Run, inputs: [JobOrder.Input] = [], outputs: [String] = []
    ) -> ExecutorTrial {
        ExecutorTrial(
            executor: executor,
            job: Some.job(run: run, in: folder.path("a 'quoted' \"$(folder)\""), inputs: inputs, outputs: outputs))
    }

    private func line(_ text: String, timeout: Double? = 60) -> Scenario.Run {
        var run = Scenario.Run(.line(text))
        run.timeout = timeout
        return run
    }

    @Test("get every word, name and variable as it was written, and none is run by a shell")
    func hostile() throws {
        let words = ["$(touch pwned)", "`touch pwned`", "a'b", "\"", "*", "; touch pwned", "\n", "\\", "-n", "", "ü"]
        var run = Scenario.Run(.words(["printf", "<%s>"] + words))
        run.environment = ["GREETING": "'; touch pwned; '"]
        let name = "d'; touch pwned #"
        try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: false)
        let trial = trial(run, inputs: [.init(name: name, path: folder.path(name))], outputs: ["o'; touch pwned"])
        _ = try executor.submit(trial.job)
        #expect(try trial.code() == 0)
        #expect(try trial.log == words.map { "<\($0)>" }.joined())
        let found = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        #expect(found.allSatisfy { !$0.hasSuffix("/pwned") && $0 != "pwned" }, "\(found)")
    }

    @Test("know what they are, where their data is, and nothing of Perigee's secrets")
    func variables() throws {
        setenv("PERIGEE_PASSPHRASE", "secret", 1)
        defer { unsetenv("PERIGEE_PASSPHRASE") }
        var run = line("env | grep -e ^PERIGEE_ -e ^EPOCHS= | sort; pwd; echo more > \"$PERIGEE_OUTPUT_MODEL_1/file\"")
        run.environment = ["EPOCHS": "3"]
        let trial = trial(run, inputs: [.init(name: "big-corpus", path: "/")], outputs: ["model.1"])
        _ = try executor.submit(trial.job)
        #expect(try trial.code() == 0)
        let place = trial.job.order.folder
        #expect(
            try trial.log.split(separator: "\n").map(String.init) == [
                "EPOCHS=3", "PERIGEE_FOLDER=\(place)", "PERIGEE_INPUT_BIG_CORPUS=/", "PERIGEE_JOB=\(trial.job.id)",
                "PERIGEE_OUTPUT=\(place)/outputs", "PERIGEE_OUTPUT_MODEL_1=\(place)/outputs/model.1",
                "PERIGEE_SITE=here", "PERIGEE_WORKLOAD=w1", place,
            ])
        #expect(FileManager.default.fileExists(atPath: place + "/outputs/model.1/file"))
    }

    @Test("are begun once, however often and by how many they are handed over")
    func once() async throws {
        let trial = trial(line("echo begun >> begun; sleep 0.3; exit 7"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { _ = try trial.executor.submit(trial.job) } }
            try await group.waitForAll()
        }
        #expect(try trial.code() == 7)
        _ = try executor.submit(trial.job)
        #expect(try trial.code() == 7)
        #expect(try String(contentsOfFile: trial.job.order.folder + "/begun", encoding: .utf8) == "begun\n")
    }

    @Test("keep the beginning and the end of a long output")
    func log() throws {
        var run = line("seq 1 200000; echo the end")
        run.log = 4096
        let trial = trial(run)
        _ = try executor.submit(trial.job)
        #expect(try trial.code() == 0)
        let text = try trial.log
        #expect(text.hasPrefix("1\n2\n3\n") && text.hasSuffix("200000\nthe end\n"))
        #expect(text.contains("what stood between was not kept") && text.utf8.count < 4096 + 256)
    }

    @Test("keep all of an output that is longer than other answers of a host")
    func longLog() throws {
        var run = line("head -c 20000000 /dev/zero | tr '\\0' x")
        run.log = 32 << 20
        let trial = trial(run)
        _ = try executor.submit(trial.job)
        #expect(try trial.code() == 0)
        let bytes = try executor.log(trial.job)
        #expect(bytes.count == 20_000_000 && bytes.last == UInt8(ascii: "x"))
    }

    @Test("have what watches them in a folder of its own, which a command of any kind leaves alone")
    func control() throws {
        let names = "claim run wrapper log log.end code"
        let trial = trial(
            line(
                "mkdir finished; for n in \(names); do echo 7 > $n; done; : > made; "
                    + "until [ -e go ]; do sleep 0.05; done; rm code; mkdir code; ls"))
        _ = try executor.submit(trial.job)
        let folder = trial.job.order.folder
        for _ in 0..<400 where !FileManager.default.fileExists(atPath: folder + "/made") { usleep(20_000) }
        // What the command has written is not taken for what was written about it.
        try trial.waitUntilRunning()
        try Data().write(to: URL(fileURLWithPath: folder + "/go"))
        #expect(try trial.code() == 0)
        #expect(try trial.log == "claim\ncode\nfinished\ngo\nlog\nlog.end\nmade\nrun\nwrapper\n")
    }

    @Test("are their owner's alone, and make things with the umask of whoever began them")
    func privacy() throws {
        let shell = ExecutorTrial(
            executor: ShellExecutor(OpenShell()),
            job: Some.job(run: line("umask; : > \"$PERIGEE_OUTPUT_O/file\""), in: folder.path("work"), outputs: ["o"]))
        _ = try shell.executor.submit(shell.job)
        #expect(try shell.code() == 0)
        #expect(try shell.log == "0022\n")
        func mode(_ path: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return try #require((attributes[.posixPermissions] as? NSNumber)?.intValue)
        }
        let place = shell.job.order.folder
        let control = "\(place)/.perigee"
        for path in [folder.path("work"), place, control] { #expect(try mode(path) == 0o700, "\(path)") }
        for name in try FileManager.default.subpathsOfDirectory(atPath: control) where name != "claim" {
            #expect(try mode("\(control)/\(name)") == 0o600, "\(name)")
        }
        #expect(try mode("\(place)/outputs/o") == 0o755 && mode("\(place)/outputs/o/file") == 0o644)
    }

    @Test("end when their time is over, with all that they began")
    func timeout() throws {
        let trial = trial(line("sleep 300 & echo $! > child; sleep 300", timeout: 1))
        _ = try executor.submit(trial.job)
        #expect(try trial.code() == 124)
        let child = try String(contentsOfFile: trial.job.order.folder + "/child", encoding: .utf8)
        let number = try #require(Int32(child.filter(\.isNumber)))
        // Where nobody takes its status it stays as a zombie.
        let status = (try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)) ?? ") Z"
        #expect(status.contains(") Z"), "\(status)")
    }

    @Test("end when they are asked to, and never begin afterwards")
    func end() throws {
        let running = trial(line("trap 'echo asked; exit 3' TERM; echo up > up; while :; do sleep 0.05; done"))
        _ = try executor.submit(running.job)
        try running.waitUntilRunning()
        let up = running.job.order.folder + "/up"
        for _ in 0..<200 where !FileManager.default.fileExists(atPath: up) { usleep(20_000) }
        try executor.end(running.job, byForce: false)
        // `timeout` hands the signal on and waits for the command's own end.
        #expect(try running.code() != 0)
        #expect(try running.log.contains("asked"))

        let other = ExecutorTrial(
            executor: executor, job: Some.job(2, run: line("echo begun > begun"), in: folder.path))
        try executor.end(other.job, byForce: false)
        _ = try executor.submit(other.job)
        #expect(try executor.look(other.job) == .lost("it was never begun", isSure: true))
        #expect(!FileManager.default.fileExists(atPath: other.job.order.folder + "/begun"))
    }

    @Test("are told to be lost when they were killed, and not before")
    func lost() throws {
        let trial = trial(line("sleep 300"))
        #expect(try executor.look(trial.job) == .absent)
        _ = try executor.submit(trial.job)
        try trial.waitUntilRunning()
        try executor.end(trial.job, byForce: true)
        try trial.wait { if case .lost(_, isSure: true) = $0 { true } else { false } }
    }

    @Test("are not begun where what they read is missing, and say which")
    func missing() throws {
        let trial = trial(line("echo begun > begun"), inputs: [.init(name: "corpus", path: folder.path("none"))])
        #expect { try executor.submit(trial.job) } throws: { error in
            let error = error as? PerigeeError
            return error?.message.contains("corpus is not there: \(folder.path("none"))") == true
                && error?.canRetry == false
        }
        #expect(try executor.look(trial.job) == .absent)
    }

    @Test("a shell that does not answer in time is given up")
    func silence() throws {
        let shell = StreamShell(name: "slow", wait: .milliseconds(300)) { onLine in
            try Self.sleeper(onLine)
        }
        #expect { try shell.run("true") } throws: {
            ($0 as? PerigeeError)?.code == .io && ($0 as? PerigeeError)?.canRetry == true
        }
    }
}

/// This host's shell, with a umask by which others may read.
private struct OpenShell: HostShell {
    var name: String { "here" }

    func run(_ script: String, most: Int) throws -> ShellAnswer {
        try StreamShell.here.run("umask 022\n\(script)", most: most)
    }
}

extension ShellExecutorTests {
    fileprivate static func sleeper(_ onLine: @escaping @Sendable (String) -> Void) throws -> ChildStream {
        try ChildStream(["sleep", "60"], peer: "sleep", onLine: onLine) { _, lines in PerigeeError(.io, lines) }
    }
}
