/// What one site asks another to send to a third, to take from a third, or to make of a tree of its own.
public struct SendJob: Codable, Sendable {
    /// A host that the asked site reaches by `ssh`.
    public struct Shell: Codable, Sendable {
        /// The user there; nil for what `ssh` takes by itself.
        public var user: String?
        /// The host, or its alias in the asked site's configuration of `ssh`.
        public var host: String
        /// The port; nil for what `ssh` takes by itself.
        public var port: UInt16?
        /// Perigee on that host; nil for the usual name.
        public var perigee: String?

        /// A host.
        public init(user: String?, host: String, port: UInt16?, perigee: String?) {
            (self.user, self.host, self.port, self.perigee) = (user, host, port, perigee)
        }
    }

    /// Which way the files go.
    public enum Direction: Sendable {
        /// From the asked site to the third.
        case sending
        /// From the third site to the asked one.
        case taking
    }

    /// What whoever has the tree that is read calls it.
    public var path: String
    /// What it is called in what is remembered.
    public var source: String
    /// Where the third site is reached, as `host:port`.
    public var address: String
    /// Who must answer there.
    public var identity: String
    /// What lets the asked site in there.
    public var grant: [UInt8]
    /// What whoever has the tree that is written calls it.
    public var target: String
    /// What the user wishes.
    public var wishes: TreeJob.Wishes
    /// The third site, where that is no agent but reached by `ssh`.
    public var shell: Shell?
    /// The private key of who the grant lets in, as PEM writes it, where the asked site is to show that and no identity of
    /// its own: a secret that was made for this job.
    public var key: [UInt8]?
    /// Whether there is no third site, and both trees are of the asked one; nil for no.
    public var isOwn: Bool?

    /// A job for a host of `ssh`; nil for a tree of the asked site.
    public init(path: String, source: String, shell: Shell?, target: String, wishes: TreeJob.Wishes) {
        self.init(path: path, source: source, address: "", identity: "", grant: [], target: target, wishes: wishes)
        (self.shell, isOwn) = (shell, shell == nil ? true : nil)
    }

    /// A job for an agent.
    public init(
        path: String, source: String, address: String, identity: String, grant: [UInt8], key: [UInt8]? = nil,
        target: String, wishes: TreeJob.Wishes
    ) {
        (self.path, self.source, self.address, self.identity) = (path, source, address, identity)
        (self.grant, self.key, self.target, self.wishes) = (grant, key, target, wishes)
    }

    /// The name of the service that takes jobs whose files go `direction`.
    static func service(_ direction: Direction) -> String {
        switch direction {
        case .sending: "tree.send"
        case .taking: "tree.take"
        }
    }
}
