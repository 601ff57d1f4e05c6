/// When a put may happen.
public enum PutCondition: Hashable, Sendable {
    /// Always; replaces what is there.
    case always
    /// Only where nothing is there.
    case absent
    /// Only where the blob is there in just this version.
    case matches(BlobVersion)
}

/// One state of a blob: equal versions mean equal bytes.
///
/// Opaque: only the store that gave it can read it.
public struct BlobVersion: Hashable, Sendable {
    /// The store's own words.
    public let token: String

    /// A version as the store writes it.
    public init(_ token: String) { self.token = token }
}
