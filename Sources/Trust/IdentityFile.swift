internal import Files
public import Model

/// The file that holds a site's own key.
public struct IdentityFile: Sendable {
    private static let name = "key.pem"
    private let folder: TrustFolder

    /// The file in `folder`.
    public init(_ folder: TrustFolder) { self.folder = folder }

    /// Where the key is.
    public var path: String { folder.file(Self.name) }

    /// The site's key; nil where it has none yet.
    public func read() throws -> SiteKey? {
        guard let bytes = try folder.read(Self.name) else { return nil }
        return try SiteKey(pem: bytes, at: path)
    }

    /// The site's key.
    ///
    /// - Throws: `key` where it has none, with the command that makes one.
    public func key() throws -> SiteKey {
        if let key = try read() { return key }
        throw PerigeeError(
            .key, "this site has no identity yet", at: path, remedy: "make one: perigee identity new")
    }

    /// Makes a new key and keeps it.
    ///
    /// - Parameter replacing: an older key is to be put aside, under a name with `instant` in it; else it stays.
    /// - Returns: the key, and where the older one is now, if there was one.
    /// - Throws: `exists` where there is an older key that is to stay.
    public func make(replacing: Bool, at instant: Timestamp) throws -> (key: SiteKey, former: String?) {
        try folder.locked { handle in
            let hasFormer = try handle.status(Array(Self.name.utf8)) != nil
            guard !hasFormer || replacing else {
                throw PerigeeError(
                    .exists, "this site has an identity", at: path,
                    remedy: "see it with perigee identity; perigee identity new --replace makes another, which nobody "
                        + "trusts yet")
            }
            let key = try SiteKey.generate()
            let pem = try key.pem()
            var former: String?
            if hasFormer {
                let name = "key.until-\(instant.seconds).pem"
                try handle.link(Array(Self.name.utf8), to: handle, Array(name.utf8))
                former = folder.file(name)
            }
            try handle.replace(Self.name, by: pem)
            return (key, former)
        }
    }
}
