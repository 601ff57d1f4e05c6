internal import Content
internal import Hashing
internal import Model

/// Where garbage collection stands: the blob `gc`, changed by compare-and-set alone.
///
/// Sealed as ``SealedBlob`` says with the magic `PERIGCST`. The plain bytes, little-endian: epoch (8), phase (1: 0 idle,
/// 1 proposed, 2 condemned, 3 deleting), when the list was condemned: seconds (8), nanoseconds (4); the number of packs
/// (4) and their names, ascending (32 each); the number of snapshots (4) and for each, ascending, its tag (16) and ID
/// (32).
///
/// The epoch grows by one when a list is proposed and by one when it is condemned, so it is odd while a list is
/// proposed. Whoever has read it can tell later whether anything that was safe to rely on then may not be so now.
struct GcState: Hashable {
    static let magic: StaticString = "PERIGCST"
    /// The most packs that are condemned at once; what is left waits for the next round.
    static let packsMax = 1 << 16
    /// The most snapshots that are condemned at once.
    static let snapshotsMax = 1 << 16
    /// The most bytes of the blob.
    static let sizeMax = 128 + packsMax * 32 + snapshotsMax * 48

    enum Phase: UInt8 {
        /// Nothing is condemned.
        case idle = 0
        /// A list is made known, before the snapshots that are there are looked through once more.
        case proposed = 1
        /// No snapshot needs what is on the list; writers store anew what they find only there.
        case condemned = 2
        /// What is on the list is being deleted.
        case deleting = 3
    }

    /// A snapshot's blob.
    struct SnapshotName: Hashable, Comparable {
        let tag: [UInt8]
        let id: ContentID

        static func < (a: SnapshotName, b: SnapshotName) -> Bool {
            a.tag == b.tag ? a.id < b.id : a.tag.lexicographicallyPrecedes(b.tag)
        }
    }

    var epoch: UInt64 = 0
    var phase = Phase.idle
    var since = Timestamp(seconds: 0)
    var packs: Set<Digest> = []
    var snapshots: Set<SnapshotName> = []

    /// A vault that no gc has seen.
    init() {}

    var plain: [UInt8] {
        var out = FieldWriter()
        out.number(epoch)
        out.number(phase.rawValue)
        out.number(since.seconds)
        out.number(since.nanoseconds)
        out.number(UInt32(packs.count))
        for pack in packs.sorted() { pack.withUnsafeBytes { out.raw($0) } }
        out.number(UInt32(snapshots.count))
        for name in snapshots.sorted() {
            out.raw(name.tag)
            name.id.digest.withUnsafeBytes { out.raw($0) }
        }
        return out.bytes
    }

    init(decoding plain: [UInt8], at place: String) throws {
        var fields = FieldReader(plain, at: place)
        epoch = try fields.number(UInt64.self)
        guard let phase = Phase(rawValue: try fields.number(UInt8.self)) else {
            throw fields.damaged("has a phase that is not known")
        }
        self.phase = phase
        since = Timestamp(
            seconds: Int64(bitPattern: try fields.number(UInt64.self)), nanoseconds: try fields.number(UInt32.self))
        func digest() throws -> Digest { try Array(fields.raw(Digest.byteCount)).withUnsafeBytes { Digest($0) } }
        let packCount = Int(try fields.number(UInt32.self))
        guard packCount <= Self.packsMax else { throw fields.damaged("condemns \(packCount) packs") }
        for _ in 0..<packCount { packs.insert(try digest()) }
        let snapshotCount = Int(try fields.number(UInt32.self))
        guard snapshotCount <= Self.snapshotsMax else { throw fields.damaged("condemns \(snapshotCount) snapshots") }
        for _ in 0..<snapshotCount {
            let tag = Array(try fields.raw(16))
            snapshots.insert(SnapshotName(tag: tag, id: ContentID(try digest())))
        }
        try fields.finish()
    }
}
