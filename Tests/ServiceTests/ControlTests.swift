import Foundation
import Service
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Verbs that speak to the daemon of this host")
struct ControlTests {
    /// Connects to the socket at `path`.
    private func connection(to path: String) throws -> Int32 {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(connected == 0)
        return file
    }

    @Test("wait for nobody who sends a request byte by byte")
    func slow() throws {
        let folder = try TemporaryFolder()
        let daemon = try SimulatedDaemon("", at: "2026-06-01T12:00:00Z")
        let server = try ControlServer(daemon.service, state: folder.path, patience: .milliseconds(300))
        defer {
            server.stop()
            withExtendedLifetime(daemon) {}
        }
        let slow = try connection(to: ControlServer.path(folder.path))
        defer { close(slow) }
        // Each byte alone comes in time; it is over when nothing is taken any more.
        var taken = 0
        while taken < 400, send(slow, " ", 1, Int32(MSG_NOSIGNAL)) == 1 {
            taken += 1
            usleep(50_000)
        }
        #expect(taken < 400)
        #expect(try ControlClient.ask(ControlRequest(.status), state: folder.path).document != nil)
    }
}
