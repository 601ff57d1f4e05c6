internal import Catalog
internal import Model

/// The forms of all documents of the API, by name.
enum Schemas {
    /// All of them, in the order in which they are described.
    static let all: [(name: String, schema: JSONSchema)] = [
        ("Problem", problem), ("Run", run), ("Runs", runs), ("RunDetail", runDetail),
        ("Started", started), ("Done", done), ("Schedule", schedule), ("Schedules", schedules),
        ("ScheduleDetail", scheduleDetail), ("Coming", coming), ("Replicas", replicas), ("Snapshots", snapshots),
        ("Ledger", ledger), ("Audit", audit), ("AuditVerdict", verdict), ("Scenarios", scenarios), ("Tokens", tokens),
        ("Status", .printed("perigee.status/1", "What `perigee status --json` prints.")),
        ("Sites", .printed("perigee.sites/1", "What `perigee sites --json` prints.")),
        ("Links", .printed("perigee.links/1", "What `perigee links --json` prints.")),
        ("Datasets", .printed("perigee.datasets/1", "What `perigee datasets --json` prints.")),
        ("Plan", .printed("perigee.plan/1", "What `perigee schedule plan --json` prints.")),
        ("Estimate", .printed("perigee.report/1", "What `perigee estimate --json` prints.")),
        ("Decision", .printed("perigee.decision/1", "What `perigee place --json` prints.")),
        ("Jobs", .printed("perigee.jobs/1", "What `perigee jobs --json` prints.")),
        ("JobLog", .printed("perigee.job-log/1", "What `perigee jobs log --json` prints.")),
        ("Execution", .printed("perigee.execution/1", "What `perigee place --execute --json` prints.")),
        ("History", .printed("perigee.log/1", "What `perigee log --json` prints.")),
        (
            "Entries",
            .printed("perigee.ls/1", "What `perigee ls --json` prints; `next` is the `after` of the next page.")
        ),
        (
            "Differences",
            .printed("perigee.diff/1", "What `perigee diff --json` prints; `next` is the `after` of the next page.")
        ), ("Keys", .printed("perigee.keys/1", "What `perigee keys list --json` prints.")),
        ("Epochs", .printed("perigee.epochs/1", "What `perigee keys status --json` prints.")),
        ("Doctor", .printed("perigee.doctor/1", "What `perigee doctor --json` prints.")),
        ("Vault", .printed("perigee.vault/1", "What `perigee init --json` prints.")),
        ("Identity", .printed("perigee.identity/1", "What `perigee identity --json` prints.")),
        ("Trust", .printed("perigee.trust/1", "What `perigee trust --json` prints.")),
        ("ComingRuns", .printed("perigee.coming/1", "What `perigee schedule next --json` prints.")),
        ("Occurrences", .printed("perigee.schedule-next/1", "What `perigee schedule next EXPRESSION --json` prints.")),
        ("Configuration", .printed("perigee.config/1", "What `perigee config show --json` prints.")),
        ("ConfigurationCheck", .printed("perigee.config-check/1", "What `perigee config check --json` prints.")),
        ("Score", .printed("perigee.ledger/1", "What `perigee status --ledger --json` prints.")),
        ("Locality", .printed("perigee.locality/1", "What `perigee place --locality --json` prints.")),
    ]

    private static let problem = JSONSchema.object(
        "What went wrong (RFC 9457).",
        [
            "type": .text("A name of the kind: `urn:perigee:problem:` and the code."),
            "title": .text("The kind, for people."), "status": .whole("The status of the answer.", min: 400, max: 599),
            "detail": .text("What happened."), "instance": .text("The path that was asked for.").orNull,
            "code": .words(PerigeeError.Code.allCases.map(\.rawValue), "The kind, to branch on."),
            "place": .text("Where.").orNull, "remedy": .text("What to do next.").orNull,
            "can_retry": .flag("Whether the same request can succeed later."),
            "request": .text("Names the request in the log."),
        ])

    private static let progress = JSONSchema.object(
        "How far a run is.",
        [
            "phase": .text("What it does."), "seconds": .number("How long it has worked."),
            "files": .whole("Files dealt with."), "logical": .whole("Bytes of the source dealt with."),
            "missing": .whole("Plain bytes that the destination lacked."), "wire": .whole("Bytes that crossed."),
            "total_files": .whole("Files in all."), "total_logical": .whole("Bytes of the source in all."),
            "total_missing": .whole("Plain bytes that the destination lacks in all."),
            "logical_per_second": .number("How fast the source is worked through."),
            "wire_per_second": .number("How fast bytes cross."), "seconds_left": .number("Seconds that are left."),
        ],
        optional: [
            "total_files", "total_logical", "total_missing", "logical_per_second", "wire_per_second", "seconds_left",
        ])

    /// What schedules have done.
    private static let verbs = JobSpecification.Verb.scheduled.map(\.rawValue)

    private static let run = JSONSchema.object(
        "A run.",
        [
            "number": .whole("Ascends in the order in which runs were issued."), "run": .text("Its name."),
            "schedule": .text("Its schedule."), "due": .instant("When it was due."),
            "verb": .words(JobSpecification.Verb.allCases.map(\.rawValue), "The kind of work."),
            "dataset": .text("The dataset; absent where the work is on a site as a whole."),
            "site": .text("The site where it is done, or that is to have it."),
            "from": .text("The site that it is brought from."), "via": .text("The site that relays."),
            "cause": .words(["due", "made_up", "by_hand", "rule", "needed"], "Why it is there."),
            "state": .words(RunState.allCases.map(\.rawValue), "What it is doing, or how it ended."),
            "reason": .text("Why it waits, or ended so."), "attempts": .whole("How often it was started."),
            "issued": .instant("When it was issued."), "starts_at": .instant("It does not start before."),
            "started": .instant("When it was first started."), "ended": .instant("When it ended."),
            "bytes": .whole("Bytes that it moved."),
            "microdollars": .whole("Millionths of a dollar that it cost; absent where that is unknown."),
            "progress": progress,
        ], optional: ["dataset", "from", "via", "starts_at", "started", "ended", "microdollars", "progress"])

    private static let runs = JSONSchema.document(
        "perigee.runs/1", "A page of runs, newest first.",
        [
            "runs": .list(.named("Run"), "The runs."),
            "next": .whole("`before` for the next page; absent on the last."),
        ], optional: ["next"])

    private static let runDetail = JSONSchema.document(
        "perigee.run/1", "A run with what its last attempt has left.",
        [
            "run": .named("Run"),
            "report": JSONSchema.object("The document of its last attempt.", [:], isOpen: true),
            "log": .list(
                .object(
                    "A line.",
                    [
                        "at": .instant("When."), "attempt": .whole("In which attempt; 0 before the first."),
                        "text": .text("What happened."),
                    ]), "What happened to it, the oldest first."),
        ], optional: ["report"])

    private static let started = JSONSchema.document(
        "perigee.started/1", "A run was asked for.", ["run": .text("Its name.")])

    private static let done = JSONSchema.document(
        "perigee.done/1", "What was asked for is done.", ["done": .text("What was done.")])

    private static let scheduleMembers: JSONSchema.Members = [
        "name": .text("Its name."), "job": .text("What its runs do, in words."),
        "verb": .words(verbs, "The kind of work."), "dataset": .text("The dataset."), "site": .text("The site."),
        "at": .text("When it is due; absent for by hand or after others."), "zone": .text("By whose clocks."),
        "needs": .list(.text("A schedule."), "The schedules that it needs."),
        "rule": .text("The rule that it comes from."), "is_paused": .flag("Whether it is paused."),
        "next": .instant("When it is next due."), "budget": .text("The budget that it uses."),
        "priority": .whole("Its priority.", min: nil), "open_runs": .list(.text("A run."), "Runs that are not done."),
    ]
    private static let scheduleOptions: Set<String> = ["at", "rule", "next", "budget"]

    private static let schedule = JSONSchema.object(
        "A schedule.", scheduleMembers, optional: scheduleOptions)
    private static let schedules = JSONSchema.document(
        "perigee.schedules/1", "All schedules.",
        [
            "is_served": .flag("Whether a daemon works by them."),
            "schedules": .list(.named("Schedule"), "The schedules."),
        ])
    private static let scheduleDetail = JSONSchema.document(
        "perigee.schedule/1", "A schedule.", scheduleMembers, optional: scheduleOptions)
    private static let coming = JSONSchema.document(
        "perigee.schedule-coming/1", "The coming runs of a schedule.",
        ["schedule": .text("The schedule."), "coming": .list(.instant("When a run is due."), "The runs.")])

    private static let replicas = JSONSchema.document(
        "perigee.replicas/1", "What is known of each dataset at each site.",
        [
            "replicas": .list(
                .object(
                    "A replica.",
                    [
                        "rule": .text("The rule that wants it there."), "dataset": .text("The dataset."),
                        "site": .text("The site."), "is_source": .flag("Whether people write there."),
                        "verdict": .words(
                            ["held", "stale", "lacking", "forbidden", "unknown"], "Whether it is right."),
                        "as_of": .instant("It holds the source as it was then."),
                        "lag": .whole("How old that is, in seconds."), "rpo": .whole("How old it may be, in seconds."),
                        "bytes": .whole("Its bytes."), "snapshot": .text("The snapshot that it holds."),
                        "verified": .instant("When it was last found sound."), "reason": .text("Why it is as it is."),
                    ], optional: ["rule", "as_of", "lag", "rpo", "bytes", "snapshot", "verified", "reason"]),
                "The replicas.")
        ])

    private static let snapshots = JSONSchema.document(
        "perigee.snapshots/1", "Snapshots that runs made or brought, newest first.",
        [
            "snapshots": .list(
                .object(
                    "A snapshot.",
                    [
                        "dataset": .text("The dataset."), "site": .text("The site whose vault holds it."),
                        "id": .text("Its ID."), "noted": .instant("When it was noted."), "files": .whole("Its files."),
                        "bytes": .whole("Their bytes."), "stored": .whole("By how much the vault grew."),
                        "run": .whole("The number of the run."), "forgotten": .instant("When it was forgotten."),
                    ], optional: ["forgotten"]), "The snapshots.")
        ])

    private static let ledger = JSONSchema.document(
        "perigee.ledger-runs/1", "What runs were expected to need beside what they needed, newest first.",
        [
            "entries": .list(
                .object(
                    "A run.",
                    [
                        "run": .whole("Its number."), "id": .text("Its name."), "job": .text("What it did."),
                        "at": .instant("When it ended."), "expected_bytes": range.orNull,
                        "expected_seconds": range.orNull, "bytes": .whole("Bytes on the wire."),
                        "seconds": .number("How long it took."),
                    ]), "The runs."), "next": .whole("`before` for the next page; null on the last.").orNull,
        ])

    private static let range = JSONSchema.object(
        "What was expected.",
        ["p10": .number("One in ten is less."), "p50": .number("The middle."), "p90": .number("Nine in ten are less.")])

    private static let audit = JSONSchema.document(
        "perigee.audit/1", "What was asked of the daemon, newest first.",
        [
            "entries": .list(
                .object(
                    "An entry.",
                    [
                        "sequence": .whole("Its place in the log."), "at": .instant("When."), "actor": .text("Who."),
                        "action": .text("What."), "subject": .text("On what."),
                        "outcome": .words(AuditDraft.Outcome.allCases.map(\.rawValue), "What became of it."),
                        "detail": .text("More."), "previous": .text("The digest of the entry before."),
                        "digest": .text("Its digest."),
                    ]), "The entries."), "next": .whole("`before` for the next page; null on the last.").orNull,
        ])

    private static let verdict = JSONSchema.document(
        "perigee.audit-verify/1", "Whether each entry of the audit log follows the one before.",
        [
            "is_sound": .flag("Whether they all do."), "entries": .whole("How many do, from the first on."),
            "head": .text("The digest of the last."), "fault": .text("The first that does not, and why."),
        ], optional: ["head", "fault"])

    private static let tokens = JSONSchema.document(
        "perigee.tokens/1", "Tokens.",
        [
            "tokens": .list(
                .object(
                    "A token.",
                    [
                        "name": .text("Its name."),
                        "scope": .words(["read", "operate", "admin", "none"], "What it may."),
                        "state": .words(TokenDocument.Row.State.allCases.map(\.rawValue), "Whether it is good."),
                        "created": .instant("When it was made."), "expires": .instant("When it ends."),
                        "last_used": .instant("When it was last used, to the minute."),
                        "revoked": .instant("When it was taken back."),
                        "secret": .text("Its secret: once, as it is made."),
                    ], optional: ["expires", "last_used", "revoked", "secret"]), "The tokens.")
        ])

    private static let scenarios = JSONSchema.document(
        "perigee.scenarios/1", "The scenarios that the daemon can decide.",
        ["scenarios": .list(.text("A name."), "Their names.")])
}
