internal import Content
internal import Model
internal import Replication
internal import Storage
internal import Vault

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Vaults as the command line names them: the one place where a store is opened from where it is.
enum VaultAccess {
    /// The blobs of the vault at `place`, which must be there.
    static func store(_ place: Endpoint.VaultPlace, _ context: Context) throws -> any MeteringStore {
        switch place {
        case .folder(let path): MeteredStore(try folder(path))
        case .bucket(let name, let prefix): try ObjectPlace(name, prefix, context).open()
        case .remoteFolder, .agent: try context.sites.store(place, create: false)
        }
    }

    private static func folder(_ path: String) throws -> DirectoryStore {
        do {
            return try DirectoryStore(path: path)
        } catch let error as PerigeeError where error.code == .notFound {
            // Neither is there a folder: said in the words for one that has no vault in it.
            throw PerigeeError(
                .notFound, "there is no vault here", at: path,
                remedy: "check the path, or make one with: perigee init vault:\(path)")
        }
    }

    /// The folder at `path` for a new vault, made where it is not there.
    ///
    /// - Parameter prefix: what stands before the path of a folder of this host where it is named.
    /// - Throws: `exists` where it would lie within another vault.
    static func newFolder(_ path: String, named prefix: String, at place: String) throws -> DirectoryStore {
        try checkIsOutside(Moves.absolute(path), at: place) { above in
            let outer = above.isEmpty ? "/" : above
            return (prefix + outer, try DirectoryStore(path: outer))
        }
        return try DirectoryStore(path: path, create: true)
    }

    /// Refuses a new vault at `path` within another: it would hold blobs that the other takes for its own.
    ///
    /// What may not be read above is none of ours.
    ///
    /// - Parameter outer: the name and the blobs of a vault at what stands before some `/` of the path.
    static func checkIsOutside(
        _ path: String, at place: String, outer: (_ above: String) throws -> (name: String, store: any BlobStore)
    ) throws {
        var above = path
        while !above.isEmpty {
            above = above.lastIndex(of: "/").map { String(above[..<$0]) } ?? ""
            guard let found = try? outer(above), (try? Vault.readDescriptor(found.store)) != nil else { continue }
            throw PerigeeError(
                .exists, "it would lie within the vault \(found.name)", at: place,
                remedy: "choose a place beside it, or another dataset in it: \(found.name)#NAME")
        }
    }

    /// Opens the vault at `place`, after seeing that there is one: nobody is asked for the passphrase of nothing.
    ///
    /// - Parameter prospect: what is about to be done with it, where that is known.
    static func open(
        _ place: Endpoint.VaultPlace, _ secrets: SecretOptions, _ context: Context, for prospect: VaultProspect? = nil
    ) throws -> Vault {
        let base = try store(place, context)
        let outline = try VaultOutline(base)
        let fanOut = context.fanOuts["\(place)"]
        let vault = try Vault.open(
            at: fanOut?.store(base) ?? base, secret: secrets.secret(for: "\(place)"), outline: outline,
            cache: cache(place, outline.descriptor, context), for: prospect, accountingFrom: StoreMeter())
        fanOut?.begin(vault)
        return vault
    }

    /// The folder for copies of the index, where the store is not on this machine; nil where none can be made.
    private static func cache(
        _ place: Endpoint.VaultPlace, _ descriptor: VaultDescriptor, _ context: Context
    ) -> String? {
        if case .folder = place { return nil }
        let folder = "\(context.options.stateFolder)/index/\(descriptor.id)"
        FolderMaker.make(folder)
        return access(folder, W_OK) == 0 ? folder : nil
    }

    /// Opens a vault and finds the snapshot of a dataset that an endpoint names; the latest where it names none.
    ///
    /// One that was forgotten is found by its ID, for as long as no gc has deleted it.
    static func snapshot(
        _ text: String, _ secrets: SecretOptions, _ context: Context
    ) throws -> (vault: Vault, snapshot: Snapshot) {
        let (place, name) = try LocalEnd(parsing: text).dataset(text)
        let selector = try selector(name.snapshot, in: text)
        let prospect = VaultProspect(dataset: name.dataset, writes: false)
        let vault = try open(place, secrets, context, for: prospect)
        return (vault, try vault.resolve(name.dataset, selector, orForgotten: true))
    }

    /// The snapshot that the text after the `@` means; the latest where there is none.
    static func selector(_ text: String?, in endpoint: String) throws -> SnapshotSelector {
        guard let text else { return .latest(back: 0) }
        guard let selector = SnapshotSelector(parsing: text) else {
            throw PerigeeError(
                .usage, "\(text) names no snapshot", at: endpoint,
                remedy: "use 4 or more digits of an ID, latest, latest~1 or an instant as 2026-11-23T13:05:00Z")
        }
        return selector
    }
}
