internal import Content
internal import Hashing
internal import Model
internal import Vault

/// What a verification found, for programs and for people.
struct VerifyDocument: Encodable {
    struct Hit: Encodable {
        let dataset: String
        let snapshot: String
        let path: String
    }

    struct Damaged: Encodable {
        let part: Damage.Part
        let place: String
        let problem: String
        let id: String?
        let hits: [Hit]
        let hitCount: UInt64

        /// What is shown of `damage`.
        init(_ damage: Damage) {
            part = damage.part
            place = damage.place
            problem = damage.problem
            id = damage.id?.digest.hex
            hits = damage.hits.map { Hit(dataset: $0.dataset, snapshot: $0.snapshot.digest.hex, path: $0.path) }
            hitCount = damage.hitCount
        }
    }

    let schema = "perigee.verify/1"
    let place: String
    let level: String
    let sound: Bool
    let datasets: UInt64
    let snapshots: UInt64
    let entries: UInt64
    let packs: UInt64
    let unlistedPacks: UInt64
    let records: UInt64
    let recordsOpened: UInt64
    let bytesRead: UInt64
    let segments: UInt64
    let seconds: Double
    let damageCount: UInt64
    let damages: [Damaged]
    /// What to do about it; nil where all is sound.
    let remedy: String?

    /// What is shown of `report`.
    init(_ place: String, _ level: VerifyLevel, _ report: VerifyReport, seconds: Double) {
        self.place = place
        self.level = Self.word(level)
        sound = report.isSound
        datasets = report.datasets
        snapshots = report.snapshots
        entries = report.entries
        packs = report.packs
        unlistedPacks = report.unlistedPacks
        records = report.records
        recordsOpened = report.recordsOpened
        bytesRead = report.bytesRead
        segments = report.segments
        self.seconds = seconds
        damageCount = report.damageCount
        damages = report.damages.map { Damaged($0) }
        remedy = Self.remedy(place, report)
    }

    /// What tells how much was looked at.
    static func word(_ level: VerifyLevel) -> String {
        switch level {
        case .structure: "structure"
        case .sample: "sample"
        case .data: "data"
        }
    }

    /// A block, then a line for each damage and each file that it hits.
    func text(_ style: Style) -> String {
        var block = TextBlock("verify  \(place)")
        block.row(
            "history", Format.count(datasets, "dataset"), Format.count(snapshots, "snapshot"),
            "\(Quantity.grouped(entries)) entries")
        block.row(
            "packs", Format.count(packs, "pack"), Format.count(records, "record"),
            unlistedPacks > 0 ? "\(Quantity.grouped(unlistedPacks)) not listed yet" : nil)
        block.row("index", Format.count(segments, "segment"))
        block.row(
            "read", Format.size(bytesRead), "\(Quantity.grouped(recordsOpened)) opened and hashed again",
            Format.rate(bytesRead, in: seconds))
        block.row("time", Format.duration(seconds))
        block.row("result", sound ? style.good("sound") : style.bad(Format.count(damageCount, "damage")))
        block.row("next", remedy)
        return block.rendered(style) + damages.map { Self.lines($0, style) }.joined()
    }

    /// The index can be made anew; what is lost from packs cannot, from this vault alone.
    static func remedy(_ place: String, _ report: VerifyReport) -> String? {
        guard !report.isSound else { return nil }
        if report.mayBeIndex {
            return
                "perigee repair \(place) makes the index anew from the packs; with --from ENDPOINT it heals what is lost besides"
        }
        return "perigee repair \(place) --from ENDPOINT heals it from a vault or folder that still has it"
    }

    static func lines(_ damage: Damaged, _ style: Style) -> String {
        let word = damage.part.rawValue
        let place = damage.place.hasPrefix("\(word) ") ? damage.place : "\(word) \(damage.place)"
        var out = "  \(style.bad("damaged"))  \(place): \(damage.problem)\n"
        for hit in damage.hits { out += "    hits \(hit.dataset)@\(Format.short(hit.snapshot))  \(hit.path)\n" }
        if damage.hitCount > UInt64(damage.hits.count) {
            out += "    and \(Quantity.grouped(damage.hitCount - UInt64(damage.hits.count))) more\n"
        }
        return out
    }
}
