internal import Model

extension Scenario {
    /// What runs work at an offer.
    public struct Executor: Hashable, Sendable, Codable {
        /// What kind of thing it is.
        public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
            /// A shell on this host.
            case shell
            /// A shell on another host.
            case ssh
            /// A Slurm cluster, by its commands on this host or on another.
            case slurm
            /// A Kubernetes cluster, by `kubectl` on this host or on another.
            case kubernetes
        }

        /// A volume that pods see.
        public struct Volume: Hashable, Sendable, Codable {
            /// Where in the container.
            public var at: String
            /// The claim that holds it; nil for a folder of the node.
            public var claim: String?
            /// The folder of the node; nil for a claim.
            public var folder: String?
            /// Nothing is written there.
            public var isReadOnly = false

            /// A volume.
            public init(at: String) { self.at = at }
        }

        /// A label of nodes, and its values.
        public struct NodeLabel: Hashable, Sendable, Codable {
            /// The label.
            public var name: String
            /// Any of these.
            public var values: [String]

            /// A label.
            public init(name: String, values: [String]) {
                self.name = name
                self.values = values
            }
        }

        /// What kind of thing it is.
        public var kind: Kind
        /// The host that it is reached on, `host` or `user@host`; nil for this host.
        public var host: String?
        /// The port of that host; nil for the usual.
        public var port: UInt16?
        /// Where folders of jobs are, as an endpoint whose path is the one that work sees; nil for the usual.
        public var folder: String?
        /// Words for `sbatch`, as they are.
        public var options: [String] = []
        /// The partition of Slurm.
        public var partition: String?
        /// The account of Slurm.
        public var account: String?
        /// The features that nodes of Slurm must have.
        public var constraint: String?
        /// The context of `kubectl`; nil for the one in use.
        public var context: String?
        /// The namespace; nil for `default`.
        public var namespace: String?
        /// The image of containers.
        public var image: String?
        /// Labels that nodes must have.
        public var nodes: [NodeLabel] = []
        /// Labels that nodes should have.
        public var prefers: [NodeLabel] = []
        /// What containers see.
        public var volumes: [Volume] = []
        /// What a container may use: `cpu`, `memory`, `nvidia.com/gpu`.
        public var resources: [String: String] = [:]

        /// An executor.
        public init(_ kind: Kind) { self.kind = kind }

        /// Whether it runs work on this host, or beside it.
        var isLocal: Bool { kind == .shell || kind == .slurm && host == nil }
    }

    /// How a workload is run.
    public struct Run: Hashable, Sendable, Codable {
        /// What is run.
        public enum Command: Hashable, Sendable, Codable {
            /// A program and its arguments, as they are.
            case words([String])
            /// A line for `/bin/sh -c`.
            case line(String)
        }

        /// What is run.
        public var command: Command
        /// Variables besides those of Perigee.
        public var environment: [String: String] = [:]
        /// It is ended after so many seconds; nil for the usual limit.
        public var timeout: Double?
        /// So many bytes of its output are kept; nil for the usual.
        public var log: UInt64?

        /// A command.
        public init(_ command: Command) { self.command = command }
    }

    /// What this host is called where nobody says which site it is.
    private static let unknownHost = "this host"

    /// The same, held to what can be executed: offers with an executor, work at the data or after bringing it over links.
    ///
    /// - Parameter host: the site of this host; nil where nobody says but the scenario, which may have been written elsewhere.
    /// - Throws: `usage` where a workload says nothing to run, or no offer has an executor.
    public func executable(here host: String? = nil) throws -> Scenario {
        if let mute = workloads.first(where: { $0.run == nil }) {
            throw PerigeeError(
                .usage, "the workload \(mute.name) says nothing to run", at: name,
                remedy: "add run: {command: [program, argument]} below workloads.\(mute.name)")
        }
        var out = self
        var left: [String] = []
        // What lies where a path says is brought by this host, not from agent to agent.
        let written = Set(datasets.flatMap { $0.paths.keys })
        for index in out.sites.indices {
            if written.contains(sites[index].name) { out.sites[index].hasAgent = false }
            left += out.sites[index].offers.filter { $0.executor == nil }.map { "\(sites[index].name)/\($0.name)" }
            out.sites[index].offers.removeAll { $0.executor == nil }
        }
        guard out.sites.contains(where: { !$0.offers.isEmpty }) else {
            throw PerigeeError(
                .usage, "no offer says what runs work there", at: name,
                remedy: "add executor: shell, or a table with kind: ssh, slurm or kubernetes, below an offer")
        }
        out.ways = [.runAtData, .stage]
        out.usesRelays = false
        // Whoever has it done is asked about as well, be it a host of which nothing is known.
        let served = out.sites.first { $0.offers.contains { $0.executor?.isLocal == true } }
        out.here = host ?? here ?? served?.name ?? Self.unknownHost
        (out.devices, out.dedicated) = ([], [])
        if !left.isEmpty {
            out.warnings.append("offers without an executor were left out: \(left.prefix(8).joined(separator: ", "))")
        }
        return out
    }
}
