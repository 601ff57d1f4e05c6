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
        restic(
            "restic, sftp", .farVault, reference: "perigee snapshot, ssh", compression: "auto",
            at: "sftp:far:{destination}"),
        borg(
            "borg, ssh", .farVault, reference: "perigee snapshot, ssh", encryption: "repokey", compression: "zstd,1",
            at: "ssh://far{destination}"),
    ]

    private static let snapshot: Step =
        "perigee snapshot {source} vault:far:{destination}#data --quiet --state {state}"
}
