internal import Catalog
internal import HTTPTypes
internal import Model

extension Api {
    /// The ledger and the audit log.
    var records: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/ledger", id: "listLedger",
                summary: "What runs were expected to need beside what they needed, newest first.", tag: "records",
                scope: .read, parameters: [Self.before, Self.limit],
                answer: .init(help: "A page.", schema: "Ledger")
            ) { [desk] request in
                let limit = try request.limit()
                let rows = try desk.ledger(before: request.number("before", 0...Int64.max), limit: limit)
                return WebAnswer(StateDocument.ledger(rows, next: rows.count < limit ? nil : rows.last?.run))
            },
            Operation(
                method: .get, path: "/v1/ledger/score", id: "getScore",
                summary: "How right estimates were, in all and by link, of runs and of what people did by hand.",
                tag: "records", scope: .read, answer: .init(help: "The score.", schema: "Score"), isHeavy: true,
                problems: [422]
            ) { [self] _ in try answer(.score) },
            Operation(
                method: .get, path: "/v1/audit", id: "listAudit",
                summary: "What was asked of the daemon, newest first.", tag: "records", scope: .admin,
                parameters: [Self.before, Self.limit], answer: .init(help: "A page.", schema: "Audit")
            ) { [desk] request in
                let limit = try request.limit()
                let rows = try desk.audit(before: request.number("before", 0...Int64.max), limit: limit)
                return WebAnswer(StateDocument.audit(rows, next: rows.count < limit ? nil : rows.last?.sequence))
            },
            Operation(
                method: .get, path: "/v1/audit/verdict", id: "verifyAudit",
                summary: "Whether each entry of the audit log follows the one before.", tag: "records", scope: .admin,
                answer: .init(help: "The verdict.", schema: "AuditVerdict"), isHeavy: true
            ) { [desk] _ in WebAnswer(StateDocument.verdict(try desk.verifyAudit())) },
        ]
    }
}
