public import Content
internal import Files
internal import Model

/// Reads pages, and keeps those that were read last.
///
/// For one thread.
public final class PageReader: PageSource {
    /// The most bytes of pages that are kept.
    public static let cacheBytesMax = 4 << 20

    private struct Cached {
        let page: [UInt8]
        var lastUse: UInt64
    }

    private let records: RecordReader
    private var cache: [ContentID: Cached] = [:]
    private var cachedBytes = 0
    private var uses: UInt64 = 0

    init(_ vault: Vault, copies: Bool) throws { records = try RecordReader(vault, copies: copies ? vault.copies : nil) }

    /// The plain bytes of the page `id`.
    ///
    /// - Throws: `damaged` where no segment lists it, or it is not what was stored.
    public func page(_ id: ContentID) throws -> [UInt8] {
        uses += 1
        if let cached = cache[id] {
            cache[id]?.lastUse = uses
            return cached.page
        }
        let page = try records.following { try read(id) }
        keep(page, id)
        return page
    }

    private func read(_ id: ContentID) throws -> [UInt8] {
        let location = try records.locate(id, .page)
        guard location.plainLength <= PageLimits.page,
            Int(location.sealedLength) <= Envelope.bound(Int(location.plainLength))
        else {
            throw PerigeeError(
                .damaged, "the page \(id.short) is listed with impossible lengths",
                at: "\(VaultLayout.pack(location.pack)), byte \(location.offset)",
                remedy: "run perigee verify on the vault")
        }
        let record = try records.read(from: location, to: location)
        return try [UInt8](unsafeUninitializedCapacity: Int(location.plainLength)) { buffer, count in
            count = try records.open(record, at: location, id, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    private func keep(_ page: [UInt8], _ id: ContentID) {
        cachedBytes += page.count
        cache[id] = Cached(page: page, lastUse: uses)
        guard cachedBytes > Self.cacheBytesMax else { return }
        // Drops the older half at once, so that the search for old pages is paid for seldom.
        for (id, cached) in cache.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
            guard cachedBytes > Self.cacheBytesMax / 2 else { break }
            cache[id] = nil
            cachedBytes -= cached.page.count
        }
    }
}
