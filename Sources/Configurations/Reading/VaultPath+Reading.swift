internal import Model

extension VaultPath {
    static let form = "vault:/path or s3://bucket/prefix"

    /// Reads `vault:/path` or `s3://bucket/prefix`; nil where `text` is neither.
    init?(parsing text: String) {
        guard !text.contains("#"), case .vault(let place, nil) = try? Endpoint(parsing: text) else { return nil }
        switch place {
        case .folder(let path) where path.hasPrefix("/"): self = .folder(path)
        case .bucket(let name, let prefix) where !name.isEmpty: self = .bucket(name, prefix: prefix)
        case .folder, .bucket, .remoteFolder, .agent: return nil
        }
    }
}
