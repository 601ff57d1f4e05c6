internal import Model

/// A vault at a site, as it is named there.
public enum VaultPath: Sendable, Hashable {
    /// In a folder of the site's host.
    case folder(String)
    /// In a bucket, below a prefix (possibly empty).
    case bucket(String, prefix: String)
}

extension VaultPath: CustomStringConvertible {
    /// The place as it is written.
    public var description: String {
        switch self {
        case .folder(let path): "\(Endpoint.VaultPlace.folder(path: path))"
        case .bucket(let name, let prefix): "\(Endpoint.VaultPlace.bucket(name: name, prefix: prefix))"
        }
    }
}
