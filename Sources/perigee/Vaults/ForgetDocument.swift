internal import Content
internal import Model
internal import Vault

/// What becomes of snapshots and why, for programs and for people.
struct ForgetDocument: Encodable {
    struct Row: Encodable {
        let id: String
        let created: String
        let sequence: UInt64
        let kept: Bool
        /// The rules that keep it.
        let reasons: [String]

        init(_ snapshot: Snapshot, _ reasons: [String]) {
            id = snapshot.id.hex
            created = snapshot.created.rfc3339
            sequence = snapshot.sequence
            kept = !reasons.isEmpty
            self.reasons = reasons
        }
    }

    struct Dataset: Encodable {
        let dataset: String
        let snapshots: [Row]
    }

    let schema = "perigee.forget/1"
    let place: String
    let dryRun: Bool
    let kept: Int
    let forgotten: Int
    let datasets: [Dataset]

    init(place: String, dryRun: Bool, datasets: [Dataset]) {
        self.place = place
        self.dryRun = dryRun
        self.datasets = datasets
        let all = datasets.flatMap(\.snapshots)
        kept = all.count(where: \.kept)
        forgotten = all.count - kept
    }

    /// A table for each dataset, then a line that sums up.
    func text(_ style: Style) -> String {
        var out = ""
        for dataset in datasets {
            var table = Table(("#", .right), ("SNAPSHOT", .left), ("TIME", .left), ("", .left), ("WHY", .left))
            for row in dataset.snapshots {
                let fate = row.kept ? "kept" : dryRun ? "would go" : "forgotten"
                table.row(
                    "\(row.sequence)", Format.short(row.id), row.created, fate, row.reasons.joined(separator: ", "))
            }
            if datasets.count > 1 { out += style.strong(dataset.dataset) + "\n" }
            out += table.rendered(style)
        }
        out += "\(Format.count(kept, "snapshot")) kept, \(Quantity.grouped(forgotten)) "
        out +=
            dryRun
            ? "would be forgotten\n"
            : forgotten > 0
                ? "forgotten; perigee gc gives the room back, until then perigee log --forgotten shows them\n"
                : "forgotten\n"
        return out
    }
}
