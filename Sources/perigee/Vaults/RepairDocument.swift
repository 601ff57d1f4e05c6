internal import Model
internal import Vault

/// What a repair found, did, and could not mend, for programs and for people.
struct RepairDocument: Encodable {
    struct Unreadable: Encodable {
        let place: String
        let problem: String
    }

    let schema = "perigee.repair/1"
    let place: String
    /// Whether the index was made anew.
    private(set) var rebuilt = false
    /// How much was looked at: `structure`, which reads no data, or `data`, which reads all.
    let level: String
    /// Whether all that was looked at is as it was written now.
    private(set) var sound = false
    var damagesFound: UInt64 = 0
    private(set) var segmentsBefore = 0
    private(set) var segments = 0
    private(set) var packsListed = 0
    private(set) var entriesListed = 0
    /// Packs that could not be read, and are left out of the index.
    private(set) var unreadable: [Unreadable] = []
    private(set) var damageCount: UInt64 = 0
    private(set) var damages: [VerifyDocument.Damaged] = []
    private(set) var seconds = 0.0
    /// Where chunks were looked for.
    let from: [String]
    /// Chunks and pages that were healed, and their plain bytes.
    private(set) var healed: UInt64 = 0
    private(set) var healedBytes: UInt64 = 0
    /// Records of damaged packs that were sound and are in other packs now.
    private(set) var kept: UInt64 = 0
    /// Damaged packs that were deleted.
    private(set) var deletedPacks: UInt64 = 0

    private var readsData: Bool { level == VerifyDocument.word(.data) }

    /// A repair of the vault at `place`, from other places, that has not begun.
    init(_ place: String, _ level: VerifyLevel, from: [String]) {
        self.place = place
        self.level = VerifyDocument.word(level)
        self.from = from
    }

    /// Takes in what healing came to.
    mutating func healed(_ report: Healing.Report) {
        (healed, healedBytes) = (report.healed, report.healedBytes)
        (kept, deletedPacks) = (report.kept, report.deletedPacks)
        // What could not be read was left out of the index, and is healed or gone by now.
        unreadable = []
    }

    /// Takes in what making the index anew came to.
    mutating func did(_ rebuild: IndexRebuild, leavingOut unreadable: [Unreadable]) {
        rebuilt = true
        segmentsBefore = rebuild.segmentsBefore
        segments = rebuild.segments
        packsListed = rebuild.packs
        entriesListed = rebuild.entries
        self.unreadable = unreadable
    }

    /// Takes in what the last look at the vault has found, after `seconds` in all.
    mutating func remains(_ report: VerifyReport, seconds: Double) {
        sound = report.isSound
        damageCount = report.damageCount
        damages = report.damages.map { VerifyDocument.Damaged($0) }
        self.seconds = seconds
    }

    /// A block, then a line for each pack that cannot be read, each damage that remains and each file that it hits.
    func text(_ style: Style) -> String {
        var block = TextBlock("repair  \(place)")
        block.row("found", damagesFound == 0 ? "nothing to mend" : Format.count(damagesFound, "damage"))
        if rebuilt {
            block.row(
                "index", "made anew", "\(Format.count(segmentsBefore, "segment")) before, \(segments) now",
                "\(Quantity.grouped(UInt64(entriesListed))) entries of \(Format.count(packsListed, "pack"))")
        } else {
            block.row("index", "left as it is")
        }
        if !from.isEmpty {
            block.row(
                "healed", Format.count(healed, "record"), Format.size(healedBytes),
                "from \(from.joined(separator: ", "))")
            block.row("kept", kept > 0 ? "\(Format.count(kept, "record")) of damaged packs" : nil)
            block.row("deleted", deletedPacks > 0 ? Format.count(deletedPacks, "damaged pack") : nil)
        }
        block.row("time", Format.duration(seconds))
        block.row("looked at", readsData ? "all data" : "history, index and lists of packs; no data was read")
        let whole = readsData ? style.good("sound") : "no damage in what was looked at"
        block.row("result", sound ? whole : style.bad("\(Format.count(damageCount, "damage")) left"))
        if !sound {
            block.row(
                "next", "perigee repair \(place) --from ENDPOINT heals it from a vault or folder that still has it")
        } else if !readsData {
            block.row("next", "perigee verify \(place) --data reads the data; repair with --from ENDPOINT mends it")
        }
        return block.rendered(style)
            + unreadable.map { "  \(style.bad("unreadable"))  \($0.place): \($0.problem)\n" }.joined()
            + damages.map { VerifyDocument.lines($0, style) }.joined()
    }
}
