internal import ArgumentParser

/// Which way the files of a tree take from one other host to another.
struct RouteOptions: ParsableArguments {
    /// The ways.
    enum Way: String, ExpressibleByArgument, CaseIterable {
        /// From agent to agent, and within one host, directly; between others through this host.
        case auto
        /// The source's host sends to the destination's.
        case direct
        /// Through this host, which keeps nothing of it.
        case here
    }

    @Option(
        help: ArgumentHelp(
            """
            Between trees of two other hosts: direct, the source's host sends to the other; here, all passes through \
            this host; auto, directly from agent to agent and within one host, else through this one.
            """, valueName: "way"))
    var route = Way.auto
}
