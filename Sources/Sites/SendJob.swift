/// What one site asks another to send to a third.
public struct SendJob: Codable, Sendable {
    /// The name of the service that takes such jobs.
    public static let service = "tree.send"

    /// What the asked site calls the tree that is read.
    public var path: String
    /// What it is called in what is remembered.
    public var source: String
    /// Where the third site is reached, as `host:port`.
    public var address: String
    /// Who must answer there.
    public var identity: String
    /// What lets the asked site in there.
    public var grant: [UInt8]
    /// What the third site calls the tree that is written.
    public var target: String
    /// What the user wishes.
    public var wishes: TreeJob.Wishes

    /// A job.
    public init(
        path: String, source: String, address: String, identity: String, grant: [UInt8], target: String,
        wishes: TreeJob.Wishes
    ) {
        (self.path, self.source, self.address, self.identity) = (path, source, address, identity)
        (self.grant, self.target, self.wishes) = (grant, target, wishes)
    }
}
