internal import Model

/// The way that a tree takes from one other host to another.
enum HostsWay {
    /// Through this host.
    case here
    /// From agent to agent, on a grant of this site.
    case granted
    /// The source's host reaches the destination's by `ssh`.
    case shell
    /// The source's host reaches the destination's agent, on a grant of this site for a key that it is lent.
    case lent
    /// The destination's host reaches the source's agent, and takes it with a key that it is lent.
    case taken
    /// Both trees are of one host, which copies.
    case within

    /// The way from `from` to `to` that `route` asks for.
    ///
    /// - Parameters:
    ///   - isLimited: whether a rate is to be kept to, which only this host can where all passes through it.
    ///   - isRelayed: whether this host reaches others through a relay, of which the others know nothing.
    /// - Throws: `usage` where a limit or a relay is to be kept to on a way on which this host cannot.
    init(_ from: RemoteEnd, _ to: RemoteEnd, _ route: RouteOptions.Way, isLimited: Bool, isRelayed: Bool) throws {
        let direct = Self.direct(from, to)
        let bypasses = isRelayed && from.host != to.host
        switch route {
        case .here: self = .here
        // Who came by `ssh` may not reach the other host, or not without being asked for something.
        case .auto: self = isLimited || bypasses || [.shell, .lent, .taken].contains(direct) ? .here : direct
        case .direct:
            guard !isLimited else {
                throw PerigeeError(
                    .usage, "a limit is kept only where all passes through this host", at: "--route",
                    remedy: "leave --limit or --route away")
            }
            guard !bypasses else {
                throw PerigeeError(
                    .usage, "a relay is used only where all passes through this host", at: "--route",
                    remedy: "leave --via or --route away")
            }
            self = direct
        }
    }

    /// The way that does not lead through this host.
    private static func direct(_ from: RemoteEnd, _ to: RemoteEnd) -> HostsWay {
        if from.host == to.host { return .within }
        switch (from.host.way, to.host.way) {
        case (.agent, .agent): return .granted
        case (.shell, .shell): return .shell
        case (.shell, .agent): return .lent
        case (.agent, .shell): return .taken
        }
    }

    /// Why the files take it, in a sentence without a full stop.
    var reason: String {
        switch self {
        case .here: "all passed through this host, and crossed both links"
        case .granted: "one agent sent to the other"
        case .shell: "the source's host sent to the other by ssh"
        case .lent: "the source's host sent to the agent"
        case .taken: "the destination's host took it from the agent"
        case .within: "both are trees of one host"
        }
    }
}
