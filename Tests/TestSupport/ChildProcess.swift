internal import Foundation
internal import Synchronization

/// A program that a test runs, in a process group of its own.
///
/// It is waited for by its number and by nobody else, whatever other tests wait for, and never without bound: once its
/// time is up, the whole group is killed, and the error says what each of its processes was at.
public final class ChildProcess: Sendable {
    /// How a process ended.
    public enum Ending: Equatable, Sendable {
        case exited(status: Int32)
        case killed(signal: Int32)
    }

    /// A process that could not be started, or did not end in time.
    public struct Failure: Error, CustomStringConvertible {
        /// What went wrong.
        public let description: String

        /// One that says this.
        public init(description: String) { self.description = description }
    }

    /// Its number, and that of its group.
    public let identifier: Int32
    private let program: String
    private let ending = Mutex<Ending?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: Its path, or a name that `PATH` leads to.
    ///   - environment: All that it has; absent: what this process has.
    ///   - folder: Where it works; absent: where this process does.
    ///   - input: The path of what it reads, `/dev/null` if absent.
    ///   - output: The path of the file that takes what it writes, emptied before.
    ///   - errors: The same for its standard error; may be the path of `output`.
    public init(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil, in folder: String? = nil,
        input: String? = nil, output: String? = nil, errors: String? = nil
    ) throws {
        self.program = program
        var start = SpawnStart()
        defer { start.end() }
        start.open(0, input ?? "/dev/null", O_RDONLY)
        start.open(1, output ?? "/dev/null", O_WRONLY | O_CREAT | O_TRUNC)
        if let errors, errors == output {
            start.share(1, 2)
        } else {
            start.open(2, errors ?? "/dev/null", O_WRONLY | O_CREAT | O_TRUNC)
        }
        if let folder { start.enter(folder) }
        let environment = environment ?? ProcessInfo.processInfo.environment
        identifier = try start.spawn([program] + arguments, environment.map { "\($0.key)=\($0.value)" })
    }

    deinit { if isRunning { end() } }

    /// Whether it has not ended yet.
    public var isRunning: Bool { look() == nil }

    /// Sends it, and nobody else, a signal; one that has ended gets none.
    public func send(_ signal: Int32) {
        ending.withLock { if $0 == nil { kill(identifier, signal) } }
    }

    /// Kills it with all that it started, and waits for it.
    public func end() {
        ending.withLock { if $0 == nil { kill(-identifier, SIGKILL) } }
        _ = try? wait(atMost: .seconds(60))
    }

    /// Waits until it has ended.
    ///
    /// - Parameter limit: How long at most; nil for a server that ends with the tests.
    /// - Throws: ``Failure`` once the time is over; nothing of its group is left then.
    @discardableResult
    public func wait(atMost limit: Duration? = .seconds(900)) throws -> Ending {
        let end = limit.map { ContinuousClock.now + $0 }
        var pause: UInt32 = 200
        while true {
            if let ending = look() { return ending }
            if let end, ContinuousClock.now >= end { break }
            usleep(pause)
            pause = min(pause + pause / 4, 5000)
        }
        let states = ProcessStates.describe(group: identifier)
        kill(-identifier, SIGKILL)
        while look() == nil { usleep(1000) }
        throw Failure(description: "\(program) did not end in time:\n\(states)")
    }

    /// Its status once it has ended: what it exited with, or the signal's number and 128.
    public func status(atMost limit: Duration? = .seconds(900)) throws -> Int32 {
        switch try wait(atMost: limit) {
        case .exited(let status): status
        case .killed(let signal): 128 + signal
        }
    }

    private func look() -> Ending? {
        ending.withLock { ending in
            if ending != nil { return ending }
            var status: Int32 = 0
            guard waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
            ending = status & 0x7f == 0 ? .exited(status: (status >> 8) & 0xff) : .killed(signal: status & 0x7f)
            return ending
        }
    }
}
