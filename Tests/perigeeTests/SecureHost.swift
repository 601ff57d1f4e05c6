import Foundation
import TestSupport
import Testing

/// Another host, as far as `ssh` can tell: a server of its own on the loopback, with keys made for it.
final class SecureHost {
    private let scratch: Scratch
    private let server: ChildProcess
    private let address: String
    // The words before a command that is to run at the near end of the link, where there is one.
    private let reach: String
    /// The port that it listens on.
    let port: UInt16

    /// What `--ssh` names to reach it: no settings of the tester's own, no questions.
    var command: String {
        "ssh -F none -i \(scratch.path("user")) -o IdentitiesOnly=yes -o BatchMode=yes "
            + "-o UserKnownHostsFile=\(scratch.path("known"))"
    }

    /// Whether there is a server to start.
    static let isInstalled = FileManager.default.isExecutableFile(atPath: program) && hasKeyMaker
    private static let program = "/usr/sbin/sshd"
    private static let hasKeyMaker =
        (try? Program.run(["-c", "command -v ssh ssh-keygen"], program: "/bin/bash").status == 0) ?? false

    /// Starts the server on the loopback, or at the far end of a link, and waits until it answers.
    ///
    /// - Parameter settings: Further lines of its settings.
    init(beyond spaces: LinkedSpaces? = nil, settings: String = "") throws {
        scratch = try Scratch()
        port = try Self.freePort()
        address = spaces == nil ? "127.0.0.1" : LinkedSpaces.farAddress
        reach = spaces.map { "ip netns exec \($0.near) " } ?? ""
        let keys = """
            for name in host user; do ssh-keygen -q -t ed25519 -N '' -f $name || exit 1; done
            cp user.pub authorized; echo "[\(address)]:\(port) $(cut -d' ' -f1,2 host.pub)" > known
            chmod 600 host user; mkdir -p /run/sshd 2>/dev/null || true
            """
        let made = try Program.shell(keys, in: scratch)
        try #require(made.status == 0, "\(made.errors)")
        try scratch.write(
            "config",
            """
            Port \(port)
            ListenAddress \(address)
            HostKey \(scratch.path("host"))
            PidFile \(scratch.path("pid"))
            AuthorizedKeysFile \(scratch.path("authorized"))
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            \(settings)
            """)
        let place = spaces.map { ["ip", "netns", "exec", $0.far] } ?? []
        let words = place + [Self.program, "-D", "-f", scratch.path("config"), "-E", scratch.path("log")]
        server = try ChildProcess(words[0], Array(words.dropFirst()))
        try waitUntilItAnswers()
    }

    deinit { server.end() }

    private func waitUntilItAnswers() throws {
        for _ in 0..<200 {
            let answer = try Program.shell("\(reach)\(command) -p \(port) \(address) true", in: scratch)
            if answer.status == 0 { return }
            try #require(
                server.isRunning, "\((try? scratch.read("log")).map { String(decoding: $0, as: UTF8.self) } ?? "")")
            usleep(50_000)
        }
        Issue.record("the server does not answer")
    }

    /// A port that nobody listened on a moment ago.
    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isBound)
        return UInt16(bigEndian: address.sin_port)
    }
}
