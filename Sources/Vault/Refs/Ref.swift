internal import Content
internal import Hashing
internal import Model

/// Which snapshot a dataset is at: the blob `refs/<tag>`, sealed as ``SealedBlob`` says with the magic `PERIREFS`.
///
/// The plain bytes, little-endian: sequence (8), the snapshot's ID (32), the dataset's name with its length (2) before
/// it. A ref is made before its first snapshot is placed, and stays when the last one is forgotten: so that a gc, which
/// seals all refs anew, is noticed by whoever was about to move one.
struct Ref: Hashable {
    static let magic: StaticString = "PERIREFS"
    /// The most bytes of the blob.
    static let sizeMax = 1024

    let dataset: String
    /// The snapshot; zeros where the dataset has none.
    let snapshot: ContentID
    /// The snapshot's own sequence number; where there is none, that of the next one.
    let sequence: UInt64

    /// The snapshot; nil where the dataset has none.
    var newest: ContentID? { snapshot == ContentID(.zero) ? nil : snapshot }

    /// The sequence number of the snapshot that comes next.
    var nextSequence: UInt64 { newest == nil ? sequence : sequence &+ 1 }

    init(dataset: String, snapshot: ContentID, sequence: UInt64) {
        self.dataset = dataset
        self.snapshot = snapshot
        self.sequence = sequence
    }

    /// A ref to no snapshot.
    init(empty dataset: String, nextSequence: UInt64) {
        self.init(dataset: dataset, snapshot: ContentID(.zero), sequence: nextSequence)
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
