internal import Model
internal import Sites
internal import Storage
internal import Synchronization
public import Trust

/// What one site may reach of what an agent exports.
///
/// The list of trusted sites is asked each time, so that a right that is taken away is gone for whatever is begun from then
/// on; ``hasLessened()`` says whether that happened since. Grants that the site has used widen it for as long as they last.
public final class ExportAccess: Sendable {
    private let table: ExportTable
    private let book: TrustBook
    private let desk: GrantDesk
    private let used = Mutex<[Grant]>([])
    private let seen: Mutex<TrustEntry?>
    /// Which site.
    let identity: SiteIdentity

    /// Grants of a connection at most.
    private static let usedMax = 16

    /// What the site `identity` may reach of `table`, as `book` says, and what grants of `desk` add to it.
    public init(_ table: ExportTable, _ book: TrustBook, _ desk: GrantDesk, for identity: SiteIdentity) {
        (self.table, self.book, self.desk, self.identity) = (table, book, desk, identity)
        seen = Mutex(try? book.entry(of: identity))
    }

    /// Whether the site may do less than when this was asked last, or at first, than when it came in.
    ///
    /// A grant that it has used counts as lost where who gave it may not give it any more; that it has expired does not: it
    /// lets work begin, however long that takes.
    func hasLessened() -> Bool {
        do {
            let now = try book.entry(of: identity)
            let before = seen.withLock { seen in
                defer { seen = now }
                return seen
            }
            if let before, !before.isWithin(now) { return true }
            return try used.withLock { $0 }.contains { try !desk.isBacked($0) }
        } catch {
            // A list that is not understood trusts nobody.
            return true
        }
    }

    /// Whether it has used a grant.
    var hasUsedGrant: Bool { used.withLock { !$0.isEmpty } }

    /// Adds what `grant` allows, for as long as it lasts; of very many the oldest is forgotten.
    func widen(by grant: Grant) {
        used.withLock { used in
            if used.count >= Self.usedMax { used.removeFirst() }
            used.append(grant)
        }
    }

    /// Whether it may have this site send what it may read to others.
    func mayHaveSent(_ name: String) throws -> Bool { try book.entry(of: identity)?.allows(.grant, to: name) ?? false }

    /// All that it may read or write.
    func visible() throws -> [ExportInfo] { try table.exports.compactMap { try info($0.name) } }

    /// What it may do with the export `name`; nil where that is nothing, or there is none.
    func info(_ name: String) throws -> ExportInfo? {
        guard let export = table[name] else { return nil }
        let reads = try allows(.read, to: name)
        let writes = try allows(.write, to: name) && !export.isReadOnly
        return reads || writes ? ExportInfo(name: name, kind: export.kind, reads: reads, writes: writes) : nil
    }

    private func allows(_ right: TrustEntry.Right, to name: String) throws -> Bool {
        if try book.entry(of: identity)?.allows(right, to: name) ?? false { return true }
        let grants = used.withLock { $0 }.filter { $0.export == name && $0.rights.contains(right) }
        return try grants.contains { try desk.isGood($0) }
    }

    /// The places of the trees that are exported.
    var trees: TreePlaces {
        TreePlaces { [self] name, use in
            let (export, info) = try found(name)
            guard case .tree = export.kind else {
                throw PerigeeError(
                    .usage, "this export is a vault", at: name,
                    remedy: "name a dataset in it: vault:perigee://.../\(name)#DATASET")
            }
            switch use {
            case .reading: try Self.require(info.reads, "read", name)
            case .writing: try Self.require(info.writes, "write", name)
            }
            return export.path
        }
    }

    /// The blobs of the vault that is exported as `name`.
    func store(_ name: String, create: Bool) throws -> any BlobStore {
        let (export, info) = try found(name)
        guard case .vault = export.kind else {
            throw PerigeeError(
                .usage, "this export is a tree", at: name, remedy: "name it without vault: before it")
        }
        // Who writes into a vault has to read what is there.
        try Self.require(info.reads, "read", name)
        if create { try Self.require(info.writes, "write", name) }
        let store = try DirectoryStore(path: export.path, create: create)
        return info.writes ? store : ReadOnlyStore(store, remedy: Self.remedy("write", name))
    }

    /// The export and what may be done with it; one that the site may not know of is as one that is not there.
    private func found(_ name: String) throws -> (Export, ExportInfo) {
        guard let info = try info(name), let export = table[name] else {
            throw PerigeeError(
                .notFound, "nothing of this name is exported to this site", at: String(name.prefix(80)),
                remedy: "ask the agent's owner what is: perigee agent --export NAME=..., perigee trust list")
        }
        return (export, info)
    }

    private static func require(_ isAllowed: Bool, _ right: String, _ name: String) throws {
        guard !isAllowed else { return }
        throw PerigeeError(.denied, "this site may not \(right) it", at: name, remedy: remedy(right, name))
    }

    private static func remedy(_ right: String, _ name: String) -> String {
        "ask the agent's owner for the right to \(right) \(name): perigee trust add ... --allow \(right), "
            + "and no :ro behind the export"
    }
}
