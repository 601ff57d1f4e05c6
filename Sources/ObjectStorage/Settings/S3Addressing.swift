/// Where the bucket's name stands in a URL.
public enum S3Addressing: String, Sendable, CaseIterable {
    /// `https://host/bucket/key`.
    case path
    /// `https://bucket.host/key`.
    case virtualHost = "virtual"
    /// Before the host at Amazon's own endpoints where the name can stand there, else in the path.
    case automatic = "auto"
}
