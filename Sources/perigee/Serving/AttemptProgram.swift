internal import FoundationEssentials
internal import Model
internal import Scheduling
internal import Service
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A verb as the daemon has it done: `attempt --lock FILE --result FILE -- VERB...`, which people never write.
///
/// It works as long as its standard input stays open, which the daemon holds, so that it ends with the daemon. The lock
/// is that of the schedule: no two work for one. What comes out is put into the file of the result as a whole; work whose
/// result is there has been done, and is not done again.
struct AttemptProgram {
    /// The word on the command line.
    static let word = "attempt"

    private let lock: String
    private let result: String
    private let words: [String]

    /// How long it waits for an attempt before this one to end, in seconds.
    private static let lockWait = 60.0
    /// How long work has to stop once the daemon is gone, in seconds.
    private static let grace: UInt32 = 20

    /// What `arguments` say.
    ///
    /// - Throws: `usage` where they say something else.
    init(_ arguments: [String]) throws {
        guard arguments.count > 6, arguments[1] == "--lock", arguments[3] == "--result", arguments[5] == "--" else {
            throw PerigeeError(
                .usage, "this is for the daemon", at: Self.word, remedy: "use the verbs that perigee --help shows")
        }
        (lock, result, words) = (arguments[2], arguments[4], Array(arguments[6...]))
    }

    /// Does the work, and leaves its result.
    func run(_ perform: ([String]) -> ExitStatus) throws -> ExitStatus {
        try endWithDaemon()
        guard let held = try ServiceLock(lock, within: Self.lockWait, unless: Signals.stop) else {
            try Signals.stop.check()
            throw PerigeeError(
                .busy, "an earlier attempt still works", at: lock, remedy: "wait for it to end", canRetry: true)
        }
        defer { withExtendedLifetime(held) {} }
        if let stored = AttemptFiles.stored(at: result), [0, 4].contains(stored.status) {
            return stored.status == 0 ? .done : .partial
        }
        // The daemon may be gone, and another one have had the work done meanwhile.
        try Signals.stop.check()
        unlink(result)
        let part = result + ".part"
        let file = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(part) }
        defer { close(file) }
        dup2(file, STDOUT_FILENO)
        let watch = ProcessBounds.memory.map { MemoryWatch($0, Signals.stop) }
        var status = perform(words)
        fflush(nil)
        do { try watch?.end() } catch {
            // Whatever else was said follows from it.
            status = .failed
            try Data(ErrorReport.json(ErrorReport.fault(error)).utf8).write(to: URL(fileURLWithPath: part))
        }
        // What was interrupted is begun again, and has no result.
        if status != .interrupted { try store(status, part) }
        return status
    }

    /// Puts the result in its place: the status, a line break, and the document.
    private func store(_ status: ExitStatus, _ part: String) throws {
        guard let document = FileManager.default.contents(atPath: part) else { throw failure(part) }
        let bytes = Array("\(status.rawValue)\n".utf8) + document
        let file = open(part, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard file >= 0 else { throw failure(part) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(part) }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0, rename(part, result) == 0 else { throw failure(result) }
    }

    /// Has the work stop once nobody holds the other end of standard input, and end soon after.
    private func endWithDaemon() throws {
        let daemon = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard daemon >= 0, nothing >= 0 else { throw failure("standard input") }
        dup2(nothing, STDIN_FILENO)
        close(nothing)
        Companion {
            var byte: UInt8 = 0
            while true {
                let count = read(daemon, &byte, 1)
                if count > 0 || count < 0 && errno == EINTR { continue }
                break
            }
            Signals.stop.raise()
            sleep(Self.grace)
            _exit(ExitStatus.interrupted.rawValue)
        }.leave()
    }

    private func failure(_ place: String) -> PerigeeError {
        PerigeeError(
            .io, "the result of the work cannot be kept: \(String(cString: strerror(errno)))", at: place,
            remedy: "see that the state of the daemon can be written", canRetry: true)
    }
}
