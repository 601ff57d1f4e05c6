public import Model

/// The answer to a request that named itself by a key, kept so that asking again does nothing again.
public struct KeptAnswer: Hashable, Sendable {
    /// The digest of the request.
    public var request: [UInt8]
    /// The status of the answer.
    public var status: Int
    /// The answer.
    public var body: [UInt8]
    /// When it was given.
    public var at: Timestamp

    /// An answer.
    public init(request: [UInt8], status: Int, body: [UInt8], at: Timestamp) {
        self.request = request
        self.status = status
        self.body = body
        self.at = at
    }
}
