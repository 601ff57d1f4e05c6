internal import Files
internal import Model
internal import Synchronization

/// The list of whom a site trusts, kept in a file.
///
/// Any number of threads and programs may use it at once: what is asked is answered from the file as it is now, and changes
/// are made one after the other.
public final class TrustBook: Sendable {
    private static let name = "peers.json"

    private struct Cache {
        var stamp: Guard?
        var entries: [TrustEntry] = []
    }

    private let folder: TrustFolder
    private let cache = Mutex(Cache())

    /// The list in `folder`.
    public init(_ folder: TrustFolder) { self.folder = folder }

    /// Where the list is.
    public var path: String { folder.file(Self.name) }

    /// All entries, by name.
    ///
    /// - Throws: `format` where the file is not a list of this form.
    public func entries() throws -> [TrustEntry] {
        try cache.withLock { cache in
            guard let stamp = folder.stamp(Self.name) else {
                cache = Cache()
                return []
            }
            if stamp == cache.stamp { return cache.entries }
            let entries = try read()
            // A change within a tick of the file system's clock has another inode.
            cache = Cache(stamp: stamp, entries: entries)
            return entries
        }
    }

    /// The entry of `identity`; nil for somebody who is not trusted.
    public func entry(of identity: SiteIdentity) throws -> TrustEntry? {
        try entries().first { $0.identity == identity }
    }

    /// The entry of whoever must answer at `address`; nil where nobody was named.
    public func entry(at address: String) throws -> TrustEntry? {
        try entries().first { $0.addresses.contains(address) }
    }

    /// Adds `entry`, in the place of one with the same name where that is wished.
    ///
    /// - Throws: `exists` where its name, identity or one of its addresses is another entry's.
    public func add(_ entry: TrustEntry, replacing: Bool) throws {
        try change { entries in
            if replacing { entries.removeAll { $0.name == entry.name } }
            for other in entries {
                try Self.refuse(other.name == entry.name, "the name is taken", other)
                try Self.refuse(other.identity == entry.identity, "this identity is trusted already", other)
                for address in entry.addresses {
                    try Self.refuse(other.addresses.contains(address), "\(address) is another site's", other)
                }
            }
            guard entries.count < TrustEntry.countMax else {
                throw PerigeeError(.limit, "\(TrustEntry.countMax) sites are trusted already", at: path)
            }
            entries.append(entry)
        }
    }

    /// Removes the entry with this name, or with the identity that this is the text of; returns it.
    ///
    /// - Throws: `notFound` where there is none.
    public func remove(_ nameOrIdentity: String) throws -> TrustEntry {
        let identity = try? SiteIdentity(parsing: nameOrIdentity)
        return try change { entries in
            guard let index = entries.firstIndex(where: { $0.name == nameOrIdentity || $0.identity == identity }) else {
                throw PerigeeError(
                    .notFound, "nobody of this name or identity is trusted", at: String(nameOrIdentity.prefix(80)),
                    remedy: "see who is: perigee trust list")
            }
            return entries.remove(at: index)
        }
    }

    private static func refuse(_ isSo: Bool, _ message: String, _ other: TrustEntry) throws {
        guard isSo else { return }
        throw PerigeeError(
            .exists, message, at: other.name,
            remedy: "see it with perigee trust list; --replace puts the new entry in the place of the one with its name"
        )
    }

    private func change<Result>(_ body: (inout [TrustEntry]) throws -> Result) throws -> Result {
        try folder.locked { handle in
            var entries = try read()
            let result = try body(&entries)
            entries.sort { $0.name < $1.name }
            try handle.replace(Self.name, by: TrustFile.encode(entries))
            return result
        }
    }

    private func read() throws -> [TrustEntry] {
        guard let bytes = try folder.read(Self.name) else { return [] }
        return try TrustFile.decode(bytes, at: path)
    }
}
