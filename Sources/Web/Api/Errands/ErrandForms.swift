internal import Catalog

// All work that can be asked for.
extension ErrandForm {
    static let all = [replicate, snapshot, verify, restore, forget, recall, verifyVault, gc, repair, rotate, probe]

    private static let replicate = ErrandForm(
        verb: .replicate, place: .replica, summary: "Bring a dataset to a site.",
        names: [from, via, .flag("delete", "Let a tree lose what the source does not have.") { $0.delete = true }],
        options: [
            .text(
                "max_delete", "Delete nothing where it would be more than so many, or such a share; 50% else.",
                pattern: "^[0-9]{1,9}%?$"
            ) { $0.utf8.count <= 10 && UInt64($0.hasSuffix("%") ? $0.dropLast() : $0[...]) != nil },
            .flag("checksum", "Read all files, whatever is remembered of them, and compare what they hold."),
            checks,
            .flag("require_fidelity", "Count what could not be kept of a file as an error."),
            .flag("history", "Between vaults: bring all snapshots that the destination lacks."), .compress, dryRun,
        ])

    private static let snapshot = ErrandForm(
        verb: .snapshot, place: .replica, summary: "Make a snapshot of a dataset in the vault of a site.",
        names: [from, via],
        options: [.flag("checksum", "Read all files, whatever is remembered of them."), .compress])

    private static let verify = ErrandForm(
        verb: .verify, place: .replica, summary: "Check what a vault holds.", names: [data], options: [sample])

    private static let verifyVault = ErrandForm(
        verb: .verify, place: .vault, id: "verifyVault", summary: "Check all that a vault holds, of all datasets.",
        names: [data], options: [sample])

    private static let restore = ErrandForm(
        verb: .restore, place: .replica,
        summary:
            "Put a snapshot into the tree of a dataset at a site. Where people write, as the configuration says, this "
            + "needs the scope admin.",
        names: [
            .place("from", "The site whose vault has the snapshot.", isNeeded: true) { $0.from = $1 },
            .place("dataset", "The dataset of the snapshot; else that of the tree.") { job, name in
                guard name != job.dataset else { return }
                (job.into, job.dataset) = (job.dataset, name)
            }, .snapshot,
        ],
        options: [
            .texts("only", "Globs: only what matches, and the folders on the way to it."),
            .flag("checksum", "Compare bytes, whatever sizes and times say."), checks,
            .flag("require_fidelity", "Count what could not be kept of a file as an error."), dryRun,
        ])

    private static let forget = ErrandForm(
        verb: .forget, place: .replica, summary: "Drop snapshots of a dataset by rules, or one by name.",
        scope: .admin, names: [.snapshot],
        options: [
            .count("keep_last", "The newest so many are kept."),
            .count("keep_hourly", "One of each of so many hours."),
            .count("keep_daily", "One of each of so many days."),
            .count("keep_weekly", "One of each of so many weeks."),
            .count("keep_monthly", "One of each of so many months."),
            .count("keep_yearly", "One of each of so many years."),
            .duration("keep_within", "What is no older than this before the newest."),
            .texts("keep_id", "Snapshots whose IDs begin so, with 4 digits or more."),
            .text("time_zone", "Where days begin: `UTC` (usual), `+02:00`, or a name such as `Europe/Berlin`."),
            .flag("allow_empty", "Let the dataset be left without any snapshot."), dryRun,
        ])

    private static let recall = ErrandForm(
        verb: .recall, place: .replica,
        summary: "Make an older snapshot of a dataset, or one that was forgotten and is still there, the newest again.",
        scope: .admin, names: [.neededSnapshot])

    private static let gc = ErrandForm(
        verb: .gc, place: .vault, summary: "Delete from a vault what no snapshot needs.",
        options: [
            .duration("grace", "What is younger, and what was condemned, is left alone for so long; 24h else."),
            .share("compact_above", "Rewrite packs of which a larger share is needed by nobody."),
            .flag("reseal", "Rewrite packs with records that older key epochs sealed."), dryRun,
        ])

    private static let repair = ErrandForm(
        verb: .repair, place: .vault, summary: "Heal a vault: its index from its packs, its chunks from other places.",
        names: [.sources])

    private static let rotate = ErrandForm(
        verb: .rotate, place: .vault, summary: "Seal all that is written from now on under a new key.", scope: .admin)

    private static let probe = ErrandForm(
        verb: .probe, place: .site, summary: "Measure the link to a site: round trip, and goodput both ways.")

    private static let from = Name.place("from", "The site to bring it from; else the best one.") { $0.from = $1 }
    private static let via = Name.place("via", "The site that relays.") { $0.via = $1 }
    private static let data = Name.flag("data", "Read all bytes.") { $0.data = true }
    private static let sample = ErrandOption.share("sample", "Read such a share of the packs.")
    private static let checks = ErrandOption.words(
        "verify", ["none", "transferred", "full"], "What is checked: what was written, or all.")
    private static let dryRun = ErrandOption.flag("dry_run", "Say what would be done, and change nothing.")
}
