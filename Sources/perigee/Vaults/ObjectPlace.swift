internal import Configurations
internal import Files
internal import Hashing
internal import Model
internal import ObjectStorage
internal import Storage
internal import Vault

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A vault's place in an object store: how it is reached, and opened as what the store honours allows.
struct ObjectPlace {
    /// How the bucket is reached.
    let settings: S3Settings
    private let context: Context

    /// The place below `prefix` in `bucket`, as options, variables and profiles say how to reach it.
    init(_ bucket: String, _ prefix: String, _ context: Context) throws {
        self.context = context
        let named = NamedSites.current.objectStore(.bucket(name: bucket, prefix: prefix))
        let variables = try ReferredObjectStore(named)
        settings = try AmazonSettings(variable: { variables.variable($0) }, file: Self.file)
            .resolve(bucket: bucket, prefix: prefix, endpoint: context.options.s3Endpoint ?? named?.endpoint)
    }

    /// The store of the vault there, by what was found out when the vault was made.
    ///
    /// - Throws: `notFound` where there is no vault.
    func open() throws -> any MeteringStore {
        let store = try S3Store(settings, Self.unknown)
        let place = "\(store.name)/\(VaultLayout.capabilities)"
        guard let (blob, _) = try store.fetch(VaultLayout.capabilities, limit: ByteCount(S3Capabilities.sizeMax)) else {
            // Copied here by other means: found out now, if this user may write at all.
            _ = try Vault.readDescriptor(store)
            guard let report = try? probe() else { return readingAhead(leased(store)) }
            return readingAhead(try keep(report.capabilities))
        }
        return readingAhead(opened(S3Store(store, try S3Capabilities(decoding: blob, at: place))))
    }

    private static let unknown = S3Capabilities(
        probed: Timestamp(seconds: 0), writers: .one, creates: false, replacing: .quoted, assembles: false,
        checksums: false)

    /// The store for a new vault there.
    ///
    /// - Parameter singleWriter: one is to write at a time, whatever the store honours.
    /// - Throws: `exists` where it would lie within another vault, `unsupported` where the store does not honour conditions and many are to write.
    func create(singleWriter: Bool) throws -> (store: any MeteringStore, report: S3Probe.Report) {
        try VaultAccess.checkIsOutside(settings.prefix, at: settings.name) { above in
            var outer = settings
            outer.prefix = above
            return (outer.name, try S3Store(outer, Self.unknown))
        }
        var report = try probe()
        guard singleWriter || report.capabilities.allowsManyWriters else {
            let ignored = report.traits.filter { [.create, .replace].contains($0.name) && !$0.isHonoured }
            throw PerigeeError(
                .unsupported,
                "the object store does not honour conditional writes, so that two writers at once would "
                    + "undo each other's snapshots", at: settings.name,
                remedy:
                    "make the vault for one writer at a time: perigee init \(settings.name) --single-writer; or use "
                    + "another store",
                cause: PerigeeError(
                    .unsupported, ignored.map { "\($0.name.rawValue): \($0.detail)" }.joined(separator: "; ")))
        }
        if singleWriter { report.capabilities.writers = .one }
        return (try keep(report.capabilities), report)
    }

    /// Finds out what the store honours.
    func probe() throws -> S3Probe.Report { try S3Probe(settings, tag: Self.randomDigits(16)).run() }

    /// Writes down what was found, and opens the store by it.
    private func keep(_ capabilities: S3Capabilities) throws -> any MeteringStore {
        let store = opened(try S3Store(settings, capabilities))
        try store.put(VaultLayout.capabilities, capabilities.encoded(), if: .always)
        return store
    }

    /// The store with larger reads of packs and index segments, which never change.
    private func readingAhead(_ store: any MeteringStore) -> any MeteringStore {
        ReadAheadStore(store) { VaultLayout.isUnchanging($0) }
    }

    /// The store as so many may write to it as it allows.
    private func opened(_ store: S3Store) -> any MeteringStore {
        store.capabilities.writers == .many ? store : leased(store)
    }

    /// The store for one writer, whose lease is given back when the verb ends.
    private func leased(_ store: S3Store) -> LeasedStore {
        let leased = LeasedStore(
            store, key: VaultLayout.lease, writer: .current(), token: Self.randomDigits(32))
        context.atEnd { leased.release() }
        return leased
    }

    private static func randomDigits(_ count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return Hexadecimal.encode((0..<(count / 2)).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    /// The bytes of a file of profiles; nil where there is none.
    private static func file(_ path: String) throws(PerigeeError) -> [UInt8]? {
        guard access(path, F_OK) == 0 else { return nil }
        let file = try OpenFile(reading: path)
        let size = min(try file.status().size, UInt64(AmazonSettings.fileSizeMax) + 1)
        var failure: PerigeeError?
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            do throws(PerigeeError) {
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
