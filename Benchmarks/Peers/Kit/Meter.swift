internal import CSpawn
internal import Glibc

/// Runs commands and measures them.
package struct Meter {
    private let path: SearchPath
    private let limitSeconds: UInt32

    /// A meter that finds programs in `path` and ends them after so many seconds.
    package init(path: SearchPath, limitSeconds: Int) {
        self.path = path
        self.limitSeconds = UInt32(clamping: max(1, limitSeconds))
    }

    /// To be called first of all: from here on an interrupt ends the command that is running, and then the run.
    ///
    /// Early, because what this program holds now is the least that shows as the memory of a command.
    package static func prepare() throws {
        spawn_heed_signals()
        let error = spawn_prepare()
        guard error == 0 else { throw PeersError("no process can be made: \(String(cString: strerror(error)))") }
    }

    /// Throws where an interrupt came.
    static func checkInterrupted() throws {
        if spawn_interrupted() != 0 { throw PeersError("interrupted; what was made has been removed") }
    }

    /// Runs `words` in `folder` with `environment`, and writes what it prints to the file `log`.
    func run(_ words: [String], in folder: String, environment: [String: String], log: String) throws -> Measured {
        try Self.checkInterrupted()
        guard let program = words.first, let full = program.hasPrefix("/") ? program : path.find(program) else {
            throw PeersError("\(words.first ?? "a program") is not installed")
        }
        var variables = environment
        variables["PATH"] = path.variable
        variables["LC_ALL"] = "C.UTF-8"
        if let libraries = getenv("LD_LIBRARY_PATH") { variables["LD_LIBRARY_PATH"] = String(cString: libraries) }
        let settings = variables.map { "\($0)=\($1)" }.sorted()

        let busyBefore = Self.busySeconds()
        var sample = spawn_sample()
        let error = Self.withCStrings([full] + words.dropFirst()) { arguments in
            Self.withCStrings(settings) { spawn_measured(arguments, $0, folder, log, limitSeconds, &sample) }
        }
        guard error == 0 else { throw PeersError("\(full) cannot be run: \(String(cString: strerror(error)))") }
        try Self.checkInterrupted()
        let own = sample.user_seconds + sample.system_seconds
        return Measured(
            wall: sample.wall_seconds, user: sample.user_seconds, system: sample.system_seconds,
            peak: sample.peak_kibibytes * 1024, foreign: max(0, Self.busySeconds() - busyBefore - own),
            end: Self.end(of: sample))
    }

    /// What a program prints, or nothing where it cannot be run.
    func output(of words: [String], in work: WorkFolder) -> String? {
        guard (try? run(words, in: work.path, environment: ["HOME": work.path], log: work.log)) != nil else {
            return nil
        }
        return Self.text(of: work.log)
    }

    /// The last line of a log that says anything.
    static func lastLine(of log: String) -> String {
        let lines = text(of: log).split(whereSeparator: \.isNewline)
        return String((lines.last { !$0.allSatisfy(\.isWhitespace) } ?? "it said nothing").prefix(200))
    }

    /// CPU seconds that the machine has spent on anything.
    private static func busySeconds() -> Double {
        let fields = text(of: "/proc/stat").prefix { $0 != "\n" }.split(separator: " ").dropFirst().prefix(8)
        let ticks = fields.map { Double($0) ?? 0 }
        guard ticks.count == 8 else { return 0 }
        return (ticks.reduce(0, +) - ticks[3] - ticks[4]) / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    }

    /// The beginning of a file, as text.
    static func text(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private static func end(of sample: spawn_sample) -> Measured.End {
        if sample.overdue != 0 { return .overdue }
        let signal = sample.status & 0x7f
        if signal != 0 { return .killed(signal) }
        let code = (sample.status >> 8) & 0xff
        return code == 0 ? .done : .failed(code)
    }

    private static func withCStrings<Answer>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Answer
    ) -> Answer {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var pointers = copies.map { copy in copy.map { UnsafePointer($0) } }
        pointers.append(nil)
        return pointers.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else {
                preconditionFailure("an array with a nil at its end is not empty")
            }
            return body(base)
        }
    }
}
