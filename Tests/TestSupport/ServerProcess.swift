internal import Foundation
internal import Synchronization

/// A server in a process of its own, for as long as the tests run.
///
/// It goes before the tests where it may, as one server has many of them to serve.
/// It is started by a thread that lives as long, and ends with that thread: so nothing is left, however the tests end. One
/// that nobody holds any more ends before.
final class ServerProcess: Sendable {
    /// Why no server could be had.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let folder: TemporaryFolder
    private let state = State()
    private let ticket: TestsEnd.Ticket

    /// Starts `program` in a folder of its own, and returns when `isReady` says so.
    ///
    /// - Throws: ``Failure`` with what it wrote where it ends before, or takes longer than five minutes.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], folder: TemporaryFolder,
        isReady: () -> Bool
    ) throws {
        self.folder = folder
        let state = state
        ticket = TestsEnd.add { state.finish() }
        let log = folder.path("log")
        let path = folder.path
        let keeper = Thread {
            do {
                // The system ends the server when this thread ends, which is when the tests do.
                let process = try ChildProcess(
                    "/usr/bin/setpriv", ["--pdeathsig", "KILL", "nice", "-n", "-10", program] + arguments,
                    environment: ["PATH": "/usr/bin:/bin", "HOME": path].merging(environment) { $1 }, in: path,
                    output: log, errors: log)
                state.began(process)
                state.end("\(program) ended with status \(try process.status(atMost: nil))")
            } catch {
                state.end("\(program): \(error)")
            }
        }
        keeper.start()
        for _ in 0..<3000 {
            if isReady() { return }
            if let reason = state.reason { throw Failure(description: "\(reason): \(Self.tail(log))") }
            Thread.sleep(forTimeInterval: 0.1)
        }
        throw Failure(description: "\(program) is not ready after five minutes: \(Self.tail(log))")
    }

    deinit {
        TestsEnd.drop(ticket)
        state.kill()
    }

    /// The end of what it has written.
    var lastWords: String { Self.tail(folder.path("log")) }

    private final class State: Sendable {
        private let server = Mutex<(process: ChildProcess?, reason: String?)>((nil, nil))
        var reason: String? { server.withLock { $0.reason } }
        func began(_ process: ChildProcess) { server.withLock { $0.process = process } }
        func end(_ reason: String) { server.withLock { $0 = (nil, reason) } }

        /// Ends the server, if it has begun and not ended.
        func kill() { server.withLock { $0.process }?.send(SIGKILL) }

        /// Ends the server, and waits until it writes no more.
        func finish() { server.withLock { $0.process }?.end() }
    }

    private static func tail(_ log: String) -> String {
        let bytes = FileManager.default.contents(atPath: log) ?? Data()
        return String(decoding: bytes.suffix(2000), as: UTF8.self)
    }

    /// Runs a program to its end.
    static func run(_ program: String, _ arguments: [String], in folder: TemporaryFolder) throws {
        let process = try ChildProcess(
            program, arguments, environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path], in: folder.path,
            output: folder.path("setup"), errors: folder.path("setup"))
        guard try process.status() == 0 else {
            throw Failure(description: "\(program) failed: \(tail(folder.path("setup")))")
        }
    }
}
