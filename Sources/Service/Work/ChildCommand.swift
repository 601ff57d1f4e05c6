internal import CSyscalls
public import Model
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A command that runs in a session of its own, without a terminal, until it ends or is ended.
public struct ChildCommand: Sendable {
    /// The program and its arguments.
    public var words: [String]
    /// Variables of its environment, beside those of this process.
    public var environment: [String: String] = [:]
    /// What it reads; nil for a pipe that stays open as long as this process lives.
    public var input: [UInt8]?
    /// How long it may take, in seconds; nil for any time.
    public var timeout: Int64?
    /// How long it has between being asked to stop and being ended, in seconds.
    public var grace: Int64 = 30

    /// A command.
    public init(_ words: [String]) { self.words = words }

    /// How a command ended.
    public struct Outcome: Sendable {
        /// The status with which it ended; 128 and the number of the signal where one ended it.
        public var status: Int32
        /// What it wrote to its standard output, as far as ``outputMax``.
        public var output: [UInt8]
        /// Whether it took too long.
        public var isLate: Bool
        /// Whether it was asked to stop.
        public var isStopped: Bool
    }

    /// The most output that is kept, in bytes.
    public static let outputMax = 8 << 20
    /// A longer line of standard error is cut into such pieces, in bytes.
    private static let lineMax = 64 << 10
    /// How often is looked whether it has ended.
    private static let interval = Duration.milliseconds(20)

    /// Runs it to its end.
    ///
    /// - Parameter onOutput: takes its output as it comes, which is not kept then; while it does not return, the command waits.
    /// - Throws: `io` where it cannot be started.
    public func run(
        stop: StopRequest = StopRequest(), onLine: @escaping @Sendable (String) -> Void = { _ in },
        onOutput: (@Sendable (ArraySlice<UInt8>) -> Void)? = nil
    ) throws(PerigeeError) -> Outcome {
        let (feed, output, errors) = (try Pipe(), try Pipe(), try Pipe())
        let process = try spawn(feed.reading, output.writing, errors.writing)
        for end in [feed.reading, output.writing, errors.writing] { close(end) }
        let kept = Monitor([UInt8]())
        let readers = [
            Companion {
                Self.read(output.reading) { bytes in
                    if let onOutput { onOutput(bytes) } else { kept.change { Self.keep(bytes, &$0) } }
                }
            },
            Companion { Self.lines(errors.reading, onLine) },
        ]
        if let input { Self.write(input, to: feed.writing) }
        if input != nil { close(feed.writing) }
        let (status, isLate, isStopped) = Self.wait(process, stop, timeout: timeout, grace: grace)
        if input == nil { close(feed.writing) }
        // Whatever it has left behind would keep the pipes open.
        kill(-process, SIGKILL)
        for reader in readers { reader.join() }
        return Outcome(status: status, output: kept.read { $0 }, isLate: isLate, isStopped: isStopped)
    }

    private static func keep(_ bytes: ArraySlice<UInt8>, _ kept: inout [UInt8]) {
        kept += bytes.prefix(max(0, outputMax - kept.count))
    }

    private static func wait(
        _ process: pid_t, _ stop: StopRequest, timeout: Int64?, grace: Int64
    ) -> (status: Int32, isLate: Bool, isStopped: Bool) {
        let start = ContinuousClock.now
        var (isLate, isStopped) = (false, false)
        var asked: ContinuousClock.Instant?
        while true {
            var status: Int32 = 0
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process {
                let signal = status & 0x7f
                return (signal == 0 ? (status >> 8) & 0xff : 128 + signal, isLate, isStopped)
            }
            if ended < 0, errno != EINTR { return (255, isLate, isStopped) }
            if asked == nil {
                if stop.isMade {
                    isStopped = true
                } else if let timeout, start.duration(to: .now) > .seconds(timeout) {
                    isLate = true
                }
                if isStopped || isLate {
                    kill(-process, SIGTERM)
                    asked = .now
                }
            } else if let since = asked, since.duration(to: .now) > .seconds(grace) {
                kill(-process, SIGKILL)
            }
            if asked == nil { _ = stop.wait(for: interval) } else { usleep(20_000) }
        }
    }

    // MARK: Pipes

    private struct Pipe {
        let reading: Int32
        let writing: Int32

        init() throws(PerigeeError) {
            var ends: [Int32] = [-1, -1]
            let failure = csystem_pipe(&ends)
            guard failure == 0 else {
                throw PerigeeError(
                    .io, "cannot make a pipe: \(String(cString: strerror(-failure)))",
                    remedy: "let the daemon open more files", canRetry: true)
            }
            (reading, writing) = (ends[0], ends[1])
        }
    }

    private static func read(_ descriptor: Int32, _ take: (ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            take(buffer[..<count])
        }
        close(descriptor)
    }

    private static func lines(_ descriptor: Int32, _ take: (String) -> Void) {
        var line: [UInt8] = []
        func say() {
            if !line.isEmpty { take(String(decoding: line, as: UTF8.self)) }
            line.removeAll(keepingCapacity: true)
        }
        read(descriptor) { bytes in
            for byte in bytes {
                if byte == 10 || byte == 13 || line.count >= lineMax { say() }
                if byte != 10, byte != 13 { line.append(byte) }
            }
        }
        say()
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Who does not read it all has decided without it.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    // MARK: The process

    private func spawn(_ input: Int32, _ output: Int32, _ errors: Int32) throws(PerigeeError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (end, number) in [(input, 0), (output, 1), (errors, 2)] {
            posix_spawn_file_actions_adddup2(&actions, end, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var usual = sigset_t()
        sigemptyset(&usual)
        for signal in [SIGPIPE, SIGTERM, SIGINT, SIGHUP] { sigaddset(&usual, signal) }
        posix_spawnattr_setsigdefault(&attributes, &usual)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // A session of its own has no terminal, so that it asks nobody for a passphrase.
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | csystem_spawn_setsid)
        let variables = SystemEnvironment.all.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }.sorted()
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var surroundings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for word in arguments + surroundings { free(word) } }
        var number: pid_t = 0
        let failure = posix_spawnp(&number, words.first ?? "", &actions, &attributes, &arguments, &surroundings)
        guard failure == 0 else {
            throw PerigeeError(
                .io, "it cannot be started: \(String(cString: strerror(failure)))", at: words.first,
                remedy: "see that it is there and may be run")
        }
        return number
    }
}
