internal import Model

/// What a server answered.
struct S3Response: Sendable {
    /// The HTTP status.
    var status: Int
    /// Its headers, names in lower case; of several with one name the first.
    var headers: [String: String]
    /// The body, where it was kept.
    var body: [UInt8]
    /// How many bytes the body had.
    var count: Int

    /// Whether the server did what was asked.
    var isGood: Bool { (200..<300).contains(status) }

    /// The server's clock when it answered; nil where it does not say.
    var date: Timestamp? { headers["date"].flatMap { HTTPDate.parse($0) } }
}
