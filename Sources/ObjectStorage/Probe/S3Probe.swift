internal import Files
internal import Hashing
public import Model
public import Storage

/// Finds out what an object store really honours, by trying: a promise in its documentation is none.
///
/// All happens below `probe/` with a random name, and is taken away at the end. Some forty requests.
public struct S3Probe {
    /// How many try to be the one that creates or replaces an object.
    static let racersMax = 6
    /// How often they try.
    static let racesMax = 3

    /// What was found.
    public struct Report: Sendable {
        /// In the order in which it was tried.
        public var traits: [S3Trait]
        /// What a store is to know of it.
        public var capabilities: S3Capabilities

        /// Whether `name` is as it should be; false where it was not tried.
        public func honours(_ name: S3Trait.Name) -> Bool { traits.contains { $0.name == name && $0.isHonoured } }
    }

    let store: S3Store
    let folder: String
    private let now: Timestamp

    /// A probe of the bucket of `settings`.
    ///
    /// - Parameter tag: what sets this probe apart from others; lower-case letters and digits.
    public init(_ settings: S3Settings, tag: String, doors: S3Doors = S3Doors()) throws(PerigeeError) {
        now = doors.now()
        let nothing = S3Capabilities(
            probed: now, writers: .one, creates: false, replacing: .quoted, assembles: false, checksums: false)
        store = try S3Store(settings, nothing, doors: doors)
        folder = "probe/\(tag)"
    }

    /// The requests that were made so far.
    public var meter: StoreMeter { store.meter }

    /// Tries everything.
    ///
    /// - Throws: where the store cannot be reached, or does not do what no vault can do without.
    public func run() throws -> Report {
        defer { sweep() }
        var traits = [try reach()]
        let (listing, order) = try order()
        traits += [order, try ranges()]
        let create = try creation()
        let (replacing, replace) = try replacement()
        let assemble = try assembly()
        let checks = try checksums()
        traits += [create, replace, assemble, checks, try deletion(), clock()]
        let capabilities = S3Capabilities(
            probed: now, writers: create.isHonoured && replace.isHonoured ? .many : .one,
            creates: create.isHonoured, replacing: replace.isHonoured ? replacing : .ignored,
            assembles: assemble.isHonoured, checksums: checks.isHonoured, listing: listing)
        return Report(traits: traits, capabilities: capabilities)
    }

    /// Takes away what was put; what cannot be is harmless.
    private func sweep() {
        // In whichever order the server lists.
        for listing in [S3Capabilities.Listing.bytes, .folders] {
            var capabilities = store.capabilities
            capabilities.listing = listing
            let found = try? S3Store(store, capabilities).list("\(folder)/", after: nil, limit: 1000)
            guard let found else { continue }
            return found.forEach { try? store.delete($0.key) }
        }
    }

    /// A key of the probe's own.
    func key(_ name: String) throws -> BlobKey {
        guard let key = BlobKey("\(folder)/\(name)") else {
            throw PerigeeError(.usage, "the probe's tag has letters that keys cannot have", at: folder)
        }
        return key
    }

    /// The error for a store that cannot hold a vault.
    func unfit(_ what: String) -> PerigeeError {
        PerigeeError(
            .unsupported, "the object store \(what): no vault can be kept there", at: store.name,
            remedy: "keep the vault in another store, or in a folder")
    }
}

// What every vault needs.
extension S3Probe {
    private func reach() throws -> S3Trait {
        _ = try store.list("\(folder)/", after: nil, limit: 1)
        let key = try key("first")
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try store.put(key, bytes, if: .always)
        guard let found = try store.fetch(key, limit: ByteCount(2000)), found.bytes == bytes else {
            throw unfit("does not give back what was put")
        }
        guard try store.info(key)?.version == found.version else {
            throw unfit("gives other ETags by HEAD than by GET")
        }
        return S3Trait(.reachable, true, "\(store.settings.endpoint), region \(store.settings.region)")
    }

    private func order() throws -> (S3Capabilities.Listing, S3Trait) {
        let names = ["list/a-b", "list/a.b", "list/a/b", "list/a/c/d", "list/a0", "list/b"]
        for name in names.reversed() { try store.put(try key(name), [1], if: .always) }
        for listing in [S3Capabilities.Listing.bytes, .folders] {
            var capabilities = store.capabilities
            capabilities.listing = listing
            guard let found = try listed(S3Store(store, capabilities), names.count) else { continue }
            guard found == names.map({ "\(folder)/\($0)" }) else { throw unfit("does not list all objects") }
            return (listing, S3Trait(.order, true, listing == .bytes ? "by the bytes of names" : "folder by folder"))
        }
        throw unfit("lists objects in no order that is known")
    }

    /// What is listed in pages of two; nil where the server's order is another.
    private func listed(_ store: S3Store, _ count: Int) throws -> [String]? {
        var found: [String] = []
        var cursor: BlobKey?
        do {
            for _ in 0...count {
                let page = try store.list("\(folder)/list/", after: cursor, limit: 2)
                guard let last = page.last else { break }
                found += page.map(\.key.text)
                cursor = last.key
            }
        } catch let error as PerigeeError where error.message == S3Listing.disorderMessage {
            return nil
        }
        return found
    }

    private func ranges() throws -> S3Trait {
        let key = try key("first")
        let window = IOBuffer(count: 100)
        let expected = (500..<600).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        guard try store.read(key, at: 500, into: window.bytes) == 100, Array(window.bytes) == expected,
            try store.read(key, at: 950, into: window.bytes) == 50,
            try store.read(key, at: 1000, into: window.bytes) == 0
        else { throw unfit("does not give ranges exactly") }
        return S3Trait(.ranges, true, "exact, and short at the end")
    }

    private func deletion() throws -> S3Trait {
        let key = try key("first")
        try store.delete(key)
        try store.delete(key)
        guard try store.info(key) == nil else { throw unfit("keeps what was deleted") }
        return S3Trait(.deletes, true, "at once")
    }

    private func clock() -> S3Trait {
        let ahead = store.client.lastClockAhead ?? 0
        let text = Quantity.decimal(abs(ahead), places: 0)
        return S3Trait(.clock, abs(ahead) < 60, abs(ahead) < 2 ? "as this machine's" : "\(text) s off this machine's")
    }
}
