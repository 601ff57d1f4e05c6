internal import Content
internal import Hashing
internal import Model

/// Which snapshot a dataset is at: the blob `refs/<tag>`, sealed as ``SealedBlob`` says with the magic `PERIREFS`.
///
/// The plain bytes, little-endian: sequence (8), the snapshot's ID (32), the dataset's name with its length (2) before
/// it.
struct Ref: Hashable {
    static let magic: StaticString = "PERIREFS"
    /// The most bytes of the blob.
    static let sizeMax = 1024

    let dataset: String
    let snapshot: ContentID
    /// The snapshot's own sequence number.
    let sequence: UInt64

    init(dataset: String, snapshot: ContentID, sequence: UInt64) {
        self.dataset = dataset
        self.snapshot = snapshot
        self.sequence = sequence
    }

    var plain: [UInt8] {
        var out = FieldWriter()
        out.number(sequence)
        snapshot.digest.withUnsafeBytes { out.raw($0) }
        out.text(dataset)
        return out.bytes
    }

    init(decoding plain: [UInt8], at place: String) throws {
        var fields = FieldReader(plain, at: place)
        sequence = try fields.number(UInt64.self)
        snapshot = ContentID(try Array(fields.raw(Digest.byteCount)).withUnsafeBytes { Digest($0) })
        dataset = try fields.text(limit: PageLimits.datasetName)
        try fields.finish()
    }
}
