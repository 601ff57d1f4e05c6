internal import Hashing
internal import Model
internal import Storage

/// The messages of the service `blobs`, and how their fields are written.
///
/// The channel is opened with a byte (1: the store is to be made) and the path of the store (text). Requests on one channel
/// are answered one after the other; several channels work at once. A blob that is put comes as `stage`, any number of
/// `data`, and `commit` with its key, without a word from the store in between. Several may come so one after the other, each
/// after the first with `commitNext` in the place of `commit`; only to a side whose hello says that it knows that.
enum BlobWire {
    /// The service's name.
    static let service = "blobs"
    /// What one `data` or `part` message holds at most.
    static let partMax = WireLimits.messageMax
    /// What may be on its way on a channel of a blob in the making, or of a read: room is made for it as it begins.
    static let window = 4 << 20
    /// Blobs in one answer to `list`.
    static let listMax = 1000
    /// The longest blob that is given in one answer, without a question before.
    static let fetchMax = 32 << 20
    /// What one blob is made of at most.
    static let partsMax = 4096
    /// The longest version token.
    static let versionMax = 256

    /// What is asked.
    enum Request: UInt8 {
        /// Offset (8 bytes), count (8), key.
        case read = 1
        /// Key.
        case info = 2
        /// Limit (4 bytes), prefix, cursor (empty for none).
        case list = 3
        /// Key.
        case delete = 4
        /// Nothing: a blob begins.
        case stage = 5
        /// Bytes of it.
        case data = 6
        /// Condition, key: it is whole.
        case commit = 7
        /// Nothing: it is not wanted any more; not answered.
        case drop = 8
        /// Limit (8 bytes), key: all of a blob.
        case fetch = 9
        /// Records of a pack, as ``Content/RecordShorthand`` tells them: bytes of the blob like `data`.
        case records = 10
        /// BLAKE3 (32 bytes) of the end that a pack has with the records that came, condition, key: that end is to be written,
        /// and then it is whole.
        case complete = 11
        /// What it is made of (1: 1 an index segment of packs, 2 one of segments, which it replaces), the number of those
        /// (4 bytes), their names (32 each), condition, key: the blob is to be made there, and must have that name.
        case make = 12
        /// Condition, key: the blob is whole, and is put only where the one before it on this channel was put or made.
        case commitNext = 13
    }

    /// What is answered.
    enum Answer: UInt8 {
        /// Bytes that were read; more follow.
        case part = 64
        /// The last bytes that were read.
        case lastPart = 65
        /// A byte (0: it is not there; 1: it is; 2: it is too long for one answer), then the blob's size, time and version as
        /// in a listing. All of a blob follows in parts.
        case info = 66
        /// A number of blobs (4 bytes), and of each key, size, time and version.
        case list = 67
        /// Done, with nothing to say; of a blob that was to be made: it was not.
        case done = 68
        /// The version of what was committed.
        case version = 69
        /// The request failed; the channel goes on.
        case failed = 70
    }

    /// What says that a blob is to be made.
    static func encode(_ recipe: BlobRecipe, _ condition: PutCondition, _ key: BlobKey) -> [UInt8] {
        var out = FieldWriter()
        switch recipe {
        case .segment: out.number(UInt8(1))
        case .merged: out.number(UInt8(2))
        }
        out.number(UInt32(recipe.parts.count))
        for name in recipe.parts { name.withUnsafeBytes { out.raw($0) } }
        write(condition, to: &out)
        out.text(key.text)
        return out.bytes
    }

    /// Reads what a blob is to be made of.
    static func recipe(_ fields: inout FieldReader, _ peer: String) throws -> BlobRecipe {
        let kind = try fields.number(UInt8.self)
        let count = Int(try fields.number(UInt32.self))
        guard count <= partsMax else { throw WireFault.tooMuch("a blob of \(count) others", peer) }
        let names = try (0..<count).map { _ in Digest(try fields.raw(Digest.byteCount)) }
        switch kind {
        case 1: return .segment(ofPacks: names)
        case 2: return .merged(segments: names)
        default: throw WireFault.unknown("a blob of kind \(kind) is not known here", peer)
        }
    }

    /// Writes when a put may happen.
    static func write(_ condition: PutCondition, to out: inout FieldWriter) {
        switch condition {
        case .always: out.number(UInt8(0))
        case .absent: out.number(UInt8(1))
        case .matches(let version):
            out.number(UInt8(2))
            out.text(version.token, limit: versionMax)
        }
    }

    /// Reads when a put may happen.
    static func condition(_ fields: inout FieldReader, _ peer: String) throws -> PutCondition {
        switch try fields.number(UInt8.self) {
        case 0: return .always
        case 1: return .absent
        case 2: return .matches(BlobVersion(try fields.text(limit: versionMax)))
        case let other: throw WireFault.unknown("condition \(other) of a put is not known here", peer)
        }
    }

    /// Reads a key.
    static func key(_ fields: inout FieldReader, _ peer: String) throws -> BlobKey {
        let text = try fields.text(limit: BlobKey.lengthMax)
        guard let key = BlobKey(text) else {
            throw WireFault.outOfTurn("\"\(ErrorCoding.harmless(text))\" is no blob's key", peer)
        }
        return key
    }

    /// Writes what is known of a blob, without its key.
    static func write(_ info: BlobInfo, to out: inout FieldWriter) {
        out.number(info.size.bytes)
        out.number(info.modified.seconds)
        out.number(info.modified.nanoseconds)
        out.number(UInt8(info.version == nil ? 0 : 1))
        if let version = info.version { out.text(version.token, limit: versionMax) }
    }

    /// Reads what is known of the blob `key`.
    static func info(_ fields: inout FieldReader, of key: BlobKey, _ peer: String) throws -> BlobInfo {
        let size = ByteCount(try fields.number(UInt64.self))
        let seconds = try fields.number(Int64.self)
        let nanoseconds = try fields.number(UInt32.self)
        guard nanoseconds < 1_000_000_000 else { throw WireFault.outOfTurn("a time makes no sense", peer) }
        let isKnown = try fields.number(UInt8.self) != 0
        let version = isKnown ? BlobVersion(try fields.text(limit: versionMax)) : nil
        return BlobInfo(
            key: key, size: size, version: version, modified: Timestamp(seconds: seconds, nanoseconds: nanoseconds))
    }
}
