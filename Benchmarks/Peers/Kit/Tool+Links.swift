/// The tools that are compared over a link: the live tree is here, the destination at the host `far`.
extension Tool {
    /// All of them, Perigee first in each group.
    package static let overLinks: [Tool] = farTrees + farVaults

    private static let perigeeRemedy = "make build"

    private static let farTrees: [Tool] = [
        same(
            "perigee sync, ssh", .farTree, "perigee", remedy: perigeeRemedy,
            "perigee sync {source} far:{destination} --delete --quiet --state {state}"),
        same(
            "rsync -z, ssh", .farTree, "rsync", remedy: "apt-get install rsync",
            "rsync -az --delete {source}/ far:{destination}/"),
        same(
            "rsync, ssh", .farTree, "rsync", remedy: "apt-get install rsync",
            "rsync -a --delete {source}/ far:{destination}/"),
    ]

    private static func same(_ name: String, _ group: Group, _ program: String, remedy: String, _ step: Step) -> Tool {
        Tool(
            name: name, group: group, reference: "perigee sync, ssh", program: program, version: "--version",
            remedy: remedy, phases: [.first: step, .again: step, .change: step])
    }

    private static let farVaults: [Tool] = [
        Tool(
            name: "perigee snapshot, ssh", group: .farVault, reference: "perigee snapshot, ssh", program: "perigee",
            version: "--version", remedy: perigeeRemedy, environment: ["PERIGEE_PASSPHRASE": "peers"],
            setup: ["perigee init vault:far:{destination} --state {state}"],
            phases: [
                .first: snapshot, .again: snapshot, .change: snapshot,
                .restore: "perigee restore vault:far:{destination}#data {restored} --quiet --state {state}",
            ]),
        Tool(
            name: "restic, sftp", group: .farVault, reference: "perigee snapshot, ssh", program: "restic",
            version: "version", remedy: "apt-get install restic",
            environment: ["RESTIC_PASSWORD": "peers", "RESTIC_CACHE_DIR": "{state}/restic"],
            setup: ["restic -q -r sftp:far:{destination} init"],
            phases: [
                .first: restic, .again: restic, .change: restic,
                .restore: "restic -q -r sftp:far:{destination} restore latest --target {restored}",
            ]),
        Tool(
            name: "borg, ssh", group: .farVault, reference: "perigee snapshot, ssh", program: "borg",
            version: "--version", remedy: "apt-get install borgbackup",
            environment: [
                "BORG_PASSPHRASE": "peers", "BORG_BASE_DIR": "{state}", "BORG_HOST_ID": "peers",
                "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
            ],
            setup: ["borg init -e repokey ssh://far{destination}/repo"],
            phases: [
                .first: borg("first"), .again: borg("again"), .change: borg("change"),
                .restore: Step("borg extract ssh://far{destination}/repo::change", in: "{restored}"),
            ]),
    ]

    private static let snapshot: Step =
        "perigee snapshot {source} vault:far:{destination}#data --quiet --state {state}"
    private static let restic = Step(
        "restic -q -r sftp:far:{destination} --compression auto backup .", in: "{source}")

    private static func borg(_ archive: String) -> Step {
        Step("borg create --compression zstd,1 ssh://far{destination}/repo::\(archive) .", in: "{source}")
    }
}
