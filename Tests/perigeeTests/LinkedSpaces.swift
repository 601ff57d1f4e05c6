import Foundation
import Synchronization
import TestSupport
import Testing

/// Two network namespaces of this machine, joined by a pair of virtual interfaces: a link that can be slow, lose packets,
/// and go down.
final class LinkedSpaces {
    /// The namespace that runs begin in, and the one with the other host.
    let near, far: String
    /// Where the other host listens.
    static let farAddress = "198.18.91.2"

    private static let count = Atomic(0)

    /// Whether this user may make namespaces, and the programs for it are here.
    static let areAvailable: Bool = {
        let line = "command -v tc nft >/dev/null && n=perigee-try-$$ && ip netns add $n && ip netns del $n"
        return (try? Program.run(["-c", line], program: "/bin/bash").status == 0) ?? false
    }()

    /// A link whose queues pass so many megabits a second.
    init(megabits: Int) throws {
        let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
        near = "perigee-near-\(getpid())-\(number)"
        far = "perigee-far-\(getpid())-\(number)"
        try shell(
            """
            set -e
            ip netns add \(near); ip netns add \(far)
            ip link add near netns \(near) type veth peer name far netns \(far)
            ip -n \(near) address add 198.18.91.1/30 dev near
            ip -n \(far) address add \(Self.farAddress)/30 dev far
            for pair in "\(near) near" "\(far) far"; do set -- $pair
                ip -n $1 link set lo up; ip -n $1 link set $2 up
                tc -n $1 qdisc add dev $2 root tbf rate \(megabits)mbit burst 64kb latency 50ms
            done
            """)
    }

    deinit { _ = try? shell("ip netns del \(near); ip netns del \(far)") }

    /// Takes the link down, or up again.
    func set(isUp: Bool) throws { try shell("ip -n \(near) link set near \(isUp ? "up" : "down")") }

    /// Has so many of a thousand packets lost, both ways.
    func lose(perMille: Int) throws {
        for space in [near, far] {
            try shell(
                """
                ip netns exec \(space) nft 'add table inet loss; add chain inet loss drops { \
                type filter hook input priority 0; }; \
                add rule inet loss drops numgen random mod 1000 < \(perMille) drop'
                """)
        }
    }

    @discardableResult
    private func shell(_ line: String) throws -> Program.Outcome {
        let outcome = try Program.run(["-c", line], program: "/bin/bash")
        try #require(outcome.status == 0, "\(line): \(outcome.errors)")
        return outcome
    }
}
