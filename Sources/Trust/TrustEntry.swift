public import Model

/// A site that this one trusts, and with what.
public struct TrustEntry: Sendable, Hashable {
    /// What a site may do here.
    public enum Right: String, Sendable, Codable, CaseIterable, Comparable {
        /// Read what is exported.
        case read
        /// Write it, which includes finding out what is there.
        case write
        /// Let others do so for a while, and have this site send to others.
        case grant
        /// Have this site pass bytes on to others, where it does so at all.
        case relay

        /// In the order in which they are named.
        public static func < (a: Right, b: Right) -> Bool { a.place < b.place }

        private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What the site is called here.
    public var name: String
    /// Who it is.
    public var identity: SiteIdentity
    /// Where it is reached, as `host:port`: whoever answers there must be it.
    public var addresses: [String]
    /// What it may do here; nothing where it is only to be reached.
    public var rights: Set<Right>
    /// The exports that its rights are for; nil for all.
    public var exports: Set<String>?
    /// When it was added.
    public var added: Timestamp

    /// Entries of a list at most.
    public static let countMax = 4096
    /// Bytes of a name at most.
    public static let nameMax = 64
    /// Addresses or exports of an entry at most.
    public static let listMax = 256

    /// An entry.
    ///
    /// - Throws: `usage` where the name has other characters than letters, digits, `.`, `_` and `-`, or there is too much.
    public init(
        name: String, identity: SiteIdentity, addresses: [String] = [], rights: Set<Right> = [],
        exports: Set<String>? = nil, added: Timestamp
    ) throws {
        guard Self.isName(name) else {
            throw PerigeeError(
                .usage, "\"\(name.prefix(80))\" is no name for a site",
                remedy: "use letters, digits, dots, dashes and underscores, \(Self.nameMax) at most")
        }
        guard addresses.count <= Self.listMax, (exports?.count ?? 0) <= Self.listMax else {
            throw PerigeeError(.limit, "more than \(Self.listMax) addresses or exports", at: name)
        }
        (self.name, self.identity, self.addresses, self.rights) = (name, identity, addresses, rights)
        (self.exports, self.added) = (exports, added)
    }

    /// Whether `text` can name a site or an export.
    public static func isName(_ text: String) -> Bool {
        (1...nameMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            } && text != "." && text != ".."
    }

    /// Whether a site that may do what `other` says may do all that this entry says; nil for one that may do nothing.
    public func isWithin(_ other: TrustEntry?) -> Bool {
        guard !rights.isEmpty else { return true }
        guard let other, rights.isSubset(of: other.rights) else { return false }
        guard let theirs = other.exports else { return true }
        return exports.map { $0.isSubset(of: theirs) } ?? false
    }

    /// Whether the site has `right` to the export `name`.
    public func allows(_ right: Right, to export: String) -> Bool {
        rights.contains(right) && (exports.map { $0.contains(export) } ?? true)
    }
}
