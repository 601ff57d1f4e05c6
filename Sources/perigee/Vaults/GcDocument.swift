internal import Model
internal import Vault

/// What a gc found and did, for programs and for people.
struct GcDocument: Encodable {
    struct Packs: Encodable {
        let count: UInt64
        let bytes: UInt64

        init(_ packs: GcReport.Packs) { (count, bytes) = (packs.count, packs.bytes) }
    }

    let schema = "perigee.gc/1"
    let place: String
    let dryRun: Bool
    /// The epoch of garbage collection at the end.
    let epoch: UInt64
    let snapshots: UInt64
    let liveRecords: UInt64
    let liveBytes: UInt64
    let packs: Packs
    let young: Packs
    let condemned: Packs
    let waiting: Packs
    let deleted: Packs
    let compacted: Packs
    let movedBytes: UInt64
    let deletedSnapshots: UInt64
    /// When what is condemned may be deleted; nil where nothing is.
    let due: String?
    let seconds: Double

    /// What is shown of `report`.
    init(_ place: String, _ report: GcReport, isDryRun: Bool, seconds: Double) {
        self.place = place
        dryRun = isDryRun
        epoch = report.epoch
        snapshots = report.snapshots
        liveRecords = report.liveRecords
        liveBytes = report.liveBytes
        packs = Packs(report.packs)
        young = Packs(report.young)
        condemned = Packs(report.condemned)
        waiting = Packs(report.waiting)
        deleted = Packs(report.deleted)
        compacted = Packs(report.compacted)
        movedBytes = report.movedBytes
        deletedSnapshots = report.deletedSnapshots
        due = report.due?.rfc3339
        self.seconds = seconds
    }

    /// A block.
    func text(_ style: Style) -> String {
        var block = TextBlock("gc  \(place)" + (dryRun ? "  (nothing was changed)" : ""))
        block.row(
            "needed", "\(Quantity.grouped(liveRecords)) records", Format.size(liveBytes),
            "by \(Format.count(snapshots, "snapshot"))")
        block.row("packs", Self.text(packs), "before this run")
        block.row("young", young.count > 0 ? "\(Self.text(young)) that nobody needs, left alone" : nil)
        block.row(
            "rewritten", compacted.count > 0 ? Self.text(compacted) : nil,
            movedBytes > 0 ? "\(Format.size(movedBytes)) moved" : nil)
        block.row(dryRun ? "to condemn" : "condemned", Self.text(condemned))
        block.row("waiting", waiting.count > 0 ? Self.text(waiting) : nil, due.map { "until \($0)" })
        block.row(
            "deleted", Self.text(deleted), deletedSnapshots > 0 ? Format.count(deletedSnapshots, "snapshot") : nil)
        block.row("time", Format.duration(seconds))
        if due != nil, waiting.count == 0 {
            block.row("next", "perigee gc \(place) after \(due ?? "") deletes what is condemned")
        }
        return block.rendered(style)
    }

    private static func text(_ packs: Packs) -> String {
        packs.count == 0 ? "none" : "\(Format.count(packs.count, "pack")), \(Format.size(packs.bytes))"
    }
}
