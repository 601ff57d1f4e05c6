internal import Glibc

/// A link between this host and another one, as far as programs can tell: two network namespaces of this machine, a
/// pair of interfaces whose queues pass bytes at the wanted rate, and `sshd` at the far one.
///
/// Both ends see the same files, so that what crossed can be compared with the original. The far end is called `far`: the
/// folder of programs that ``SearchPath`` is given first holds an `ssh` that knows it. Nothing leaves the namespaces.
package final class Link {
    /// What it is like.
    package let shape: LinkShape

    private let path: SearchPath
    private let meter: Meter
    private let work: WorkFolder
    private let folder: String
    private let near: String
    private let far: String
    private var isUp = false

    private static let nearAddress = "198.18.77.1"
    private static let farAddress = "198.18.77.2"
    private static let port = 2222

    /// A link of this shape; `relay` is the program that delays packets, with the words before its options.
    package init(_ shape: LinkShape, path: SearchPath, work: WorkFolder, relay: [String]) throws {
        guard geteuid() == 0 else {
            throw PeersError("a link takes network namespaces, which only root may make; run it as root")
        }
        for program in ["ip", "tc", "ssh", "ssh-keygen", "setsid"] where path.find(program) == nil {
            throw PeersError("\(program) is not installed; apt-get install iproute2 openssh-client util-linux")
        }
        guard let server = path.find("sshd") ?? SearchPath(folders: ["/usr/sbin"]).find("sshd") else {
            throw PeersError("sshd is not installed; apt-get install openssh-server")
        }
        self.shape = shape
        self.work = work
        self.path = path
        meter = Meter(path: path, limitSeconds: 60)
        folder = "\(work.path)/link"
        near = "peers-near-\(getpid())"
        far = "peers-far-\(getpid())"
        try Tree.makeFolder("\(folder)/bin")
        do {
            try makeNamespaces(relay)
            try startHost(server, path: path)
            try waitUntilItAnswers()
        } catch {
            remove()
            throw error
        }
    }

    deinit { remove() }

    /// Where the programs are that know the far end.
    package var programs: String { "\(folder)/bin" }

    /// The command that runs `words` at the near end.
    func command(_ words: [String]) -> [String] {
        // Looked up here: `ip` knows none of the folders that programs are found in.
        let program = words.first.map { $0.hasPrefix("/") ? $0 : path.find($0) ?? $0 }
        return ["ip", "netns", "exec", near] + [program].compactMap(\.self) + words.dropFirst()
    }

    /// All bytes that have crossed the link so far, in both directions, with the headers of IP and TCP.
    func crossedBytes() throws -> Int {
        let counters = "/sys/class/net/near/statistics"
        let text = try output(command(["cat", "\(counters)/tx_bytes", "\(counters)/rx_bytes"]))
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard numbers.count == 2 else { throw PeersError("the counters of the link cannot be read: \(text)") }
        return numbers[0] + numbers[1]
    }

    /// Takes everything down again.
    package func remove() {
        guard isUp else { return }
        isUp = false
        for name in ["sshd.pid", "relay.pid"] {
            let digits = Meter.text(of: "\(folder)/\(name)").prefix { $0.isNumber }
            if let pid = Int32(digits), pid > 1 { kill(pid, SIGTERM) }
        }
        for name in [near, far] { _ = try? output(["ip", "netns", "del", name]) }
        try? Tree(folder).remove()
    }

    private func makeNamespaces(_ relay: [String]) throws {
        isUp = true
        try shell("ip netns add \(near); ip netns add \(far)")
        if shape.roundTripMilliseconds > 0 {
            try startRelay(relay)
        } else {
            try shell("ip link add near netns \(near) type veth peer name far netns \(far)")
        }
        let rate = "\(shape.bitsPerSecond)bit"
        try shell(
            """
            ip -n \(near) address add \(Self.nearAddress)/30 dev near
            ip -n \(far) address add \(Self.farAddress)/30 dev far
            for end in near far; do
                ip -n peers-$end-\(getpid()) link set lo up; ip -n peers-$end-\(getpid()) link set $end up
                tc -n peers-$end-\(getpid()) qdisc add dev $end root tbf rate \(rate) burst 128kb latency 50ms
            done
            """)
    }

    /// Starts what delays each packet by half of the round trip, both ways, and gives both ends their places.
    private func startRelay(_ relay: [String]) throws {
        let ends = ["near-\(getpid())", "far-\(getpid())"]
        let words = relay + ["--delay", String(shape.roundTripMilliseconds * 500)] + ends
        try write("relay.sh", "echo $$ > \(folder)/relay.pid\nexec \(words.joined(separator: " "))\n")
        // Whoever ends before the relay has a session of its own takes it along.
        try shell(
            """
            setsid --fork sh \(folder)/relay.sh
            for wait in $(seq 1200); do [ ! -e /sys/class/net/\(ends[1]) ] || break; sleep 0.05; done
            ip link set \(ends[0]) netns \(near) name near
            ip link set \(ends[1]) netns \(far) name far
            """)
    }

    /// Makes keys and starts the server of the far end, which goes into the background by itself.
    private func startHost(_ server: String, path: SearchPath) throws {
        guard let ssh = path.find("ssh") else { throw PeersError("ssh is not installed") }
        try write(
            "sshd.conf",
            """
            Port \(Self.port)
            ListenAddress \(Self.farAddress)
            HostKey \(folder)/host
            PidFile \(folder)/sshd.pid
            AuthorizedKeysFile \(folder)/user.pub
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            Subsystem sftp internal-sftp
            SetEnv PATH=\(folder)/bin:\(path.variable) HOME=\(folder)
            """)
        try write(
            "ssh.conf",
            """
            Host far
            HostName \(Self.farAddress)
            Port \(Self.port)
            User root
            IdentityFile \(folder)/user
            IdentitiesOnly yes
            BatchMode yes
            StrictHostKeyChecking no
            UserKnownHostsFile /dev/null
            LogLevel ERROR
            """)
        try write("bin/ssh", "#!/bin/sh\nexec \(ssh) -F \(folder)/ssh.conf \"$@\"\n", mode: 0o755)
        try shell(
            """
            cd \(folder); mkdir -p /run/sshd
            \(path.find("perigee").map { "ln -s \($0) bin/perigee" } ?? "true")
            for name in host user; do ssh-keygen -q -t ed25519 -N '' -f $name; done
            ip netns exec \(far) \(server) -f sshd.conf -E sshd.log
            """)
    }

    private func waitUntilItAnswers() throws {
        for _ in 0..<100 {
            let answer = try meter.run(
                command(["\(folder)/bin/ssh", "far", "true"]), in: folder, environment: [:], log: work.log)
            if answer.end == .done { return }
            usleep(50_000)
        }
        throw PeersError("the far end does not answer: \(Meter.lastLine(of: work.log))")
    }

    private func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws {
        let file = try OutputFile("\(folder)/\(name)", mode: mode)
        try file.write(Array((text + "\n").utf8))
    }

    private func shell(_ script: String) throws { _ = try output(["sh", "-ec", script]) }

    private func output(_ words: [String]) throws -> String {
        let measured = try meter.run(words, in: work.path, environment: [:], log: work.log)
        guard measured.end == .done else {
            throw PeersError("\(words.prefix(3).joined(separator: " ")) failed: \(Meter.lastLine(of: work.log))")
        }
        return Meter.text(of: work.log)
    }
}
