internal import Content
internal import Hashing
internal import Model
internal import Vault

/// What a destination asks of a source at the beginning.
struct ListingBegin: Sendable {
    /// The version of the exchange that this program speaks.
    static let version: UInt64 = 3

    /// How the source's listing is to be told.
    enum Way: UInt8, Sendable {
        /// All entries, at once.
        case whole = 0
        /// Compared with what the destination remembers.
        case compared = 1
        /// All entries behind those that came along with the job; only where some did.
        case rest = 2
    }

    /// How the listing is to be told.
    var way: Way
    /// Which files belong to the tree.
    var scan: ScanOptions
    /// Names chunks.
    var key: HashKey
    /// Cuts files.
    var chunker: ChunkerParameters
    /// How what is sent is compressed.
    var compression: Compression
    /// What is to be found out where nothing is to be sent; nil in a run.
    var rehearsal: Rehearsal.Wish?

    /// The message.
    func encoded() -> [UInt8] {
        var out = MessageWriter(ListingMessage.begin)
        out.number(Self.version)
        out.byte(way.rawValue)
        out.byte(scan.oneFileSystem ? 1 : 0)
        out.number(scan.filter.rules.count)
        for rule in scan.filter.rules {
            switch rule {
            case .include(let pattern):
                out.byte(1)
                out.text(pattern)
            case .exclude(let pattern):
                out.byte(0)
                out.text(pattern)
            }
        }
        key.withUnsafeBytes { out.raw($0) }
        out.raw(chunker.encoded())
        out.text(compression.description)
        out.byte(rehearsal.map { $0.measuresAll ? 2 : 1 } ?? 0)
        if let rehearsal { out.number(rehearsal.bytesPerSecond) }
        return out.bytes
    }

    /// Reads the message.
    init(decoding message: [UInt8]) throws {
        self = try MessageReader.read(message) { input in
            guard ListingMessage(rawValue: try input.byte()) == .begin else {
                throw ExchangeFault.hostile("something else where the exchange begins")
            }
            let version = try input.number()
            guard version == Self.version else {
                throw PerigeeError(
                    .unsupported,
                    "the other end speaks version \(version) of the exchange of trees, this one version \(Self.version)",
                    remedy: "use the same version of perigee at both ends")
            }
            guard let way = Way(rawValue: try input.byte()) else {
                throw ExchangeFault.hostile("a way to tell a listing that is not known")
            }
            let oneFileSystem = try input.flag()
            var rules: [PathFilter.Rule] = []
            for _ in 0..<(try input.number(upTo: ExchangeLimits.rules, "a count of rules")) {
                let isIncluded = try input.flag()
                let pattern = try input.text()
                rules.append(isIncluded ? .include(pattern) : .exclude(pattern))
            }
            let key = HashKey(try input.raw(HashKey.byteCount))
            let chunker = try ChunkerParameters(decoding: try input.raw(ChunkerParameters.encodedByteCount))
            guard let compression = Compression(parsing: try input.text()) else {
                throw ExchangeFault.hostile("a compression that is not known")
            }
            return ListingBegin(
                way: way, scan: ScanOptions(filter: try PathFilter(rules), oneFileSystem: oneFileSystem), key: key,
                chunker: chunker, compression: compression, rehearsal: try Self.rehearsal(&input))
        }
    }

    private static func rehearsal(_ input: inout MessageReader) throws -> Rehearsal.Wish? {
        let kind = try input.number(upTo: 2, "a kind of estimate")
        guard kind > 0 else { return nil }
        return Rehearsal.Wish(measuresAll: kind == 2, bytesPerSecond: try input.number())
    }

    /// What is asked.
    init(
        way: Way, scan: ScanOptions, key: HashKey, chunker: ChunkerParameters, compression: Compression,
        rehearsal: Rehearsal.Wish? = nil
    ) {
        self.way = way
        self.scan = scan
        self.key = key
        self.chunker = chunker
        self.compression = compression
        self.rehearsal = rehearsal
    }
}
