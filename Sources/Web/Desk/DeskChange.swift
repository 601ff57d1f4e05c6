public import Configurations

/// What a verb of the command line changes at once, and tells by the document that it prints.
public enum DeskChange: Sendable, Hashable {
    /// `perigee init`, of the vault of a site, with options in the words of the command line.
    case initialize(site: String, options: [String])
    /// `perigee keys add`, of the vault of a site.
    case addKey(site: String, secret: KeySource, label: String)
    /// `perigee keys remove`, of the vault of a site.
    case removeKey(site: String, key: String)
    /// `perigee identity new`.
    case makeIdentity
    /// `perigee trust add`.
    case trust(TrustWish)
    /// `perigee trust remove`, by the name.
    case distrust(String)
}

/// What is to open a vault, by where it is kept: a secret itself is never part of a request.
public enum KeySource: Sendable, Hashable {
    /// A passphrase, up to the first line break of what is there.
    case passphrase(SecretReference)
    /// A key file, all of what is there.
    case keyFile(SecretReference)

    /// Where it is kept.
    var reference: SecretReference {
        switch self {
        case .passphrase(let reference), .keyFile(let reference): reference
        }
    }
}

/// A site that is to be trusted, and with what.
public struct TrustWish: Sendable, Hashable {
    /// What to call it.
    public var name: String
    /// Its identity, as it was sent.
    public var identity: String
    /// Where it is reached, as `host:port`.
    public var at: [String]
    /// What it may do here: `read`, `write`, `grant`, `relay`.
    public var allow: [String]
    /// The exports that this is for; none for all.
    public var exports: [String]
    /// Whether it takes the place of the one that has the name.
    public var replaces: Bool

    /// A site that is to be trusted.
    public init(
        name: String, identity: String, at: [String], allow: [String], exports: [String], replaces: Bool
    ) {
        (self.name, self.identity, self.at) = (name, identity, at)
        (self.allow, self.exports, self.replaces) = (allow, exports, replaces)
    }
}
