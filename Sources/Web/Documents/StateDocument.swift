internal import Catalog
internal import Hashing
internal import Model
internal import Scheduling

/// What the daemon is doing, as JSON.
enum StateDocument {
    /// All schedules.
    static func schedules(_ state: DeskState) -> JSONValue {
        .object([
            ("schema", .text("perigee.schedules/1")), ("is_served", .bool(true)),
            ("schedules", .array(state.schedules.map { .members(members($0)) })),
        ])
    }

    /// A schedule.
    static func schedule(_ schedule: DeskSchedule) -> JSONValue {
        .members([("schema", .text("perigee.schedule/1"))] + members(schedule))
    }

    /// The coming runs of a schedule.
    static func next(_ schedule: DeskSchedule, _ coming: [Instant]) -> JSONValue {
        .object([
            ("schema", .text("perigee.schedule-coming/1")), ("schedule", .text(schedule.name)),
            ("coming", .array(coming.map { .instant($0) })),
        ])
    }

    private static func members(_ schedule: DeskSchedule) -> [(String, JSONValue?)] {
        [
            ("name", .text(schedule.name)), ("job", .text("\(schedule.job)")),
            ("verb", .text(schedule.job.verb.rawValue)), ("dataset", .text(schedule.job.dataset)),
            ("site", .text(schedule.job.site)), ("at", schedule.at.map { .text($0) }), ("zone", .text(schedule.zone)),
            ("needs", .array(schedule.needs.map { .text($0) })), ("rule", schedule.rule.map { .text($0) }),
            ("is_paused", .bool(schedule.isPaused)), ("next", .instant(schedule.next)),
            ("budget", schedule.budget.map { .text($0) }), ("priority", .integer(Int64(schedule.priority))),
            ("open_runs", .array(schedule.open.map { .text($0.description) })),
        ]
    }

    /// All replicas.
    static func replicas(_ replicas: [DeskReplica]) -> JSONValue {
        .object([("schema", .text("perigee.replicas/1")), ("replicas", .array(replicas.map(replica)))])
    }

    private static func replica(_ replica: DeskReplica) -> JSONValue {
        .members([
            ("rule", replica.rule.map { .text($0) }), ("dataset", .text(replica.dataset)),
            ("site", .text(replica.site)), ("is_source", .bool(replica.isSource)),
            ("verdict", .text(replica.verdict.rawValue)), ("as_of", .instant(replica.asOf)),
            ("lag", replica.lag.map { .integer($0) }), ("rpo", replica.rpo.map { .integer($0) }),
            ("bytes", replica.bytes.map { .unsigned($0) }), ("snapshot", replica.snapshot.map { .text($0) }),
            ("verified", .instant(replica.verified)), ("reason", replica.reason.isEmpty ? nil : .text(replica.reason)),
        ])
    }

    /// Snapshots.
    static func snapshots(_ snapshots: [KnownSnapshot]) -> JSONValue {
        .object([
            ("schema", .text("perigee.snapshots/1")),
            (
                "snapshots",
                .array(
                    snapshots.map { row in
                        .members([
                            ("dataset", .text(row.dataset)), ("site", .text(row.site)), ("id", .text(row.id)),
                            ("noted", .text(Instant(row.noted).rfc3339)), ("files", .unsigned(row.files)),
                            ("bytes", .unsigned(row.bytes)), ("stored", .unsigned(row.stored)),
                            ("run", .integer(row.run)), ("forgotten", .instant(row.forgotten.map { Instant($0) })),
                        ])
                    })
            ),
        ])
    }

    /// Entries of the ledger, and where the next page begins.
    static func ledger(_ entries: [LedgerEntry], next: Int64?) -> JSONValue {
        func range(_ range: LedgerEntry.Range?) -> JSONValue {
            guard let range else { return .null }
            return .object([("p10", .number(range.p10)), ("p50", .number(range.p50)), ("p90", .number(range.p90))])
        }
        return .object([
            ("schema", .text("perigee.ledger-runs/1")),
            (
                "entries",
                .array(
                    entries.map { entry in
                        .object([
                            ("run", .integer(entry.run)), ("id", .text(entry.id.description)),
                            ("job", .text("\(entry.job)")), ("at", .text(entry.at.rfc3339)),
                            ("expected_bytes", range(entry.expectedBytes)),
                            ("expected_seconds", range(entry.expectedSeconds)), ("bytes", .unsigned(entry.bytes)),
                            ("seconds", .number(entry.seconds)),
                        ])
                    })
            ), ("next", .optional(next)),
        ])
    }

    /// Entries of the audit log, and where the next page begins.
    static func audit(_ entries: [AuditEntry], next: Int64?) -> JSONValue {
        .object([
            ("schema", .text("perigee.audit/1")),
            (
                "entries",
                .array(
                    entries.map { entry in
                        .object([
                            ("sequence", .integer(entry.sequence)), ("at", .text(entry.at.rfc3339)),
                            ("actor", .text(entry.draft.actor)), ("action", .text(entry.draft.action)),
                            ("subject", .text(entry.draft.subject)), ("outcome", .text(entry.draft.outcome.rawValue)),
                            ("detail", .text(entry.draft.detail)), ("previous", .text(entry.previous.hex)),
                            ("digest", .text(entry.digest.hex)),
                        ])
                    })
            ), ("next", .optional(next)),
        ])
    }

    /// What came of checking the audit log.
    static func verdict(_ verdict: AuditVerdict) -> JSONValue {
        switch verdict {
        case .sound(let entries, let head):
            .object([
                ("schema", .text("perigee.audit-verify/1")), ("is_sound", .bool(true)), ("entries", .integer(entries)),
                ("head", .text(head.hex)),
            ])
        case .broken(let sequence, let message):
            .object([
                ("schema", .text("perigee.audit-verify/1")), ("is_sound", .bool(false)),
                ("entries", .integer(sequence - 1)),
                ("fault", .text("entry \(sequence): \(message)")),
            ])
        }
    }
}
