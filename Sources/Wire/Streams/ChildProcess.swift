internal import CSyscalls
internal import Files
internal import Model
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A child process, from its start until its status is known.
final class ChildProcess: Sendable {
    private struct State {
        var status: Int32?
        var lastLines: [String] = []
        var isErrorDone = false
        var isEnding = false
        var isKilled = false
    }

    /// So many of the last lines of its standard error are kept.
    static let linesMax = 8
    /// A longer line is cut into such pieces, in bytes.
    static let lineMax = 1024
    /// How long it may take to end after its input was closed, and again after SIGTERM.
    static let endWait = Duration.seconds(2)
    /// How long it may take to pass on what it was given where nobody waits for more: far less than a round trip.
    static let leaveWait = Duration.milliseconds(10)

    private let process: pid_t
    private let state = Monitor(State())

    private init(_ process: pid_t) { self.process = process }

    /// Starts `command`; gives the descriptors that read its output and write its input.
    static func start(
        _ command: [String], onLine: @escaping @Sendable (String) -> Void
    ) throws -> (child: ChildProcess, reading: Int32, writing: Int32) {
        let (input, output, errors) = (try ClosedPipe(), try ClosedPipe(), try ClosedPipe())
        let number = try spawn(command, input: input.reading, output: output.writing, errors: errors.writing)
        for end in [input.reading, output.writing, errors.writing] { _ = systemClose(end) }
        let child = ChildProcess(number)
        let reader = errors.reading
        // Nobody waits for these two: what the child started may keep its standard error open after its end.
        Companion { child.readErrors(reader, onLine) }.leave()
        Companion { child.reap() }.leave()
        return (child, output.reading, input.writing)
    }

    /// Waits for at most `limit` for the status, and for what the child said last.
    func outcome(within limit: Duration) -> (status: Int32, lines: String)? {
        state.wait(for: limit) { state in
            guard let status = state.status, state.isErrorDone else { return nil }
            return (status, state.lastLines.joined(separator: "; "))
        } ?? state.read { state in state.status.map { ($0, state.lastLines.joined(separator: "; ")) } }
    }

    /// Sees to it that the child ends; returns when it has.
    ///
    /// - Parameter patience: how long it may take by itself; after that, what it says is not of interest any more.
    func end(after patience: Duration = ChildProcess.endWait) {
        let isFirst = state.change { state in
            defer { state.isEnding = true }
            return !state.isEnding
        }
        guard isFirst else { return }
        for (number, wait) in [(SIGTERM, patience), (SIGKILL, Self.endWait)] {
            if hasEnded(within: wait) { return }
            // Under the lock: as long as there is no status, the number is the child's.
            state.change { state in
                state.isKilled = true
                if state.status == nil { kill(process, number) }
            }
        }
        _ = hasEnded(within: Self.endWait)
    }

    private func hasEnded(within limit: Duration) -> Bool {
        state.wait(for: limit) { $0.status.map { _ in () } } != nil
    }

    private func reap() {
        var info = siginfo_t()
        // Without taking the status: the number stays the child's until the lock is held.
        while waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        state.change { state in
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7f
            state.status = signal == 0 ? (status >> 8) & 0xff : 128 + signal
        }
    }

    private func readErrors(_ descriptor: Int32, _ onLine: (String) -> Void) {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        func say() {
            guard !line.isEmpty else { return }
            let text = ErrorCoding.harmless(String(decoding: line, as: UTF8.self))
            line.removeAll(keepingCapacity: true)
            let isTold = state.change { state in
                state.lastLines.append(text)
                if state.lastLines.count > Self.linesMax { state.lastLines.removeFirst() }
                return !state.isKilled
            }
            if isTold { onLine(text) }
        }
        while true {
            let got = systemRead(descriptor, &buffer, buffer.count)
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { break }
            for byte in buffer[..<got] {
                if byte == 10 || byte == 13 { say() } else { line.append(byte) }
                if line.count >= Self.lineMax { say() }
            }
        }
        say()
        _ = systemClose(descriptor)
        state.change { $0.isErrorDone = true }
    }

    private static func spawn(_ command: [String], input: Int32, output: Int32, errors: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (end, number) in [(input, 0), (output, 1), (errors, 2)] {
            posix_spawn_file_actions_adddup2(&actions, end, Int32(number))
        }
        // What this process was given by its parent is none of the child's: what the child leaves running would hold it.
        csys_spawn_close_from(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The child decides about broken pipes by itself.
        var usual = sigset_t()
        sigemptyset(&usual)
        sigaddset(&usual, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var number: pid_t = 0
        let failure = posix_spawnp(&number, command[0], &actions, &attributes, &words, environ)
        guard failure == 0 else {
            throw PerigeeError(
                .io, "\(command[0]) cannot be started", at: command[0],
                remedy: "install it, or name another program with --ssh", cause: posixError(failure, "starting it"))
        }
        return number
    }
}

/// A pipe whose ends are not handed on to other children.
private struct ClosedPipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw posixError(errno, "cannot make a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }
}
