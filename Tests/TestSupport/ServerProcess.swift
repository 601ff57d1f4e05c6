internal import Foundation
internal import Synchronization

/// A server in a process of its own, for as long as the tests run.
///
/// It is started by a thread that lives as long, and ends with that thread: so nothing is left, however the tests end.
final class ServerProcess: Sendable {
    /// Why no server could be had.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let folder: TemporaryFolder

    /// Starts `program` in a folder of its own, and returns when `isReady` says so.
    ///
    /// - Throws: ``Failure`` with what it wrote where it ends before, or takes longer than a minute.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], folder: TemporaryFolder,
        isReady: () -> Bool
    ) throws {
        self.folder = folder
        let state = State()
        let log = folder.path("log")
        let path = folder.path
        let keeper = Thread {
            do {
                // The system ends the server when this thread ends, which is when the tests do.
                let process = try ChildProcess(
                    "/usr/bin/setpriv", ["--pdeathsig", "KILL", program] + arguments,
                    environment: ["PATH": "/usr/bin:/bin", "HOME": path].merging(environment) { $1 }, in: path,
                    output: log, errors: log)
                state.end("\(program) ended with status \(try process.status(atMost: nil))")
            } catch {
                state.end("\(program): \(error)")
            }
        }
        keeper.start()
        for _ in 0..<600 {
            if isReady() { return }
            if let reason = state.reason { throw Failure(description: "\(reason): \(Self.tail(log))") }
            Thread.sleep(forTimeInterval: 0.1)
        }
        throw Failure(description: "\(program) is not ready after a minute: \(Self.tail(log))")
    }

    private final class State: Sendable {
        private let ended = Mutex<String?>(nil)
        var reason: String? { ended.withLock { $0 } }
        func end(_ reason: String) { ended.withLock { $0 = reason } }
    }

    private static func tail(_ log: String) -> String {
        let bytes = FileManager.default.contents(atPath: log) ?? Data()
        return String(decoding: bytes.suffix(1000), as: UTF8.self)
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
