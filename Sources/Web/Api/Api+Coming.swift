internal import Catalog
internal import HTTPTypes
internal import Model

extension Api {
    /// When schedules, or expressions, are next due.
    var coming: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/coming", id: "listComing",
                summary: "What is next due of all schedules of the configuration, in the order of time.",
                tag: "schedules", scope: .read, parameters: [Self.afterInstant, Self.limit],
                answer: .init(help: "The coming runs.", schema: "ComingRuns"), isHeavy: true, problems: [422]
            ) { [self] request in
                try answer(.coming(after: request.query("after", max: Self.instantMax), limit: request.limit()))
            },
            Operation(
                method: .get, path: "/v1/occurrences", id: "listOccurrences",
                summary: "When an expression is next due, and what clocks that change do to it.", tag: "schedules",
                scope: .read,
                parameters: [
                    .init(
                        name: "at", place: .query, help: "The expression: `30 2 * * mon-fri`.",
                        schema: .text("An expression.", pattern: Self.textPattern, max: Self.expressionMax, min: 1),
                        isNeeded: true),
                    .init(
                        name: "zone", place: .query, help: "By whose clocks: UTC, `+02:00`, `Europe/Berlin`; UTC else.",
                        schema: .text("A zone.", pattern: Self.textPattern, max: Self.instantMax, min: 1)),
                    Self.afterInstant, Self.limit,
                ], answer: .init(help: "The occurrences.", schema: "Occurrences"), isHeavy: true, problems: [422]
            ) { [self] request in
                let at = try request.neededQuery(
                    "at", max: Self.expressionMax, form: "at=30%202%20*%20*%20mon-fri")
                return try answer(
                    .occurrences(
                        at: at, zone: request.query("zone", max: Self.instantMax),
                        after: request.query("after", max: Self.instantMax), limit: request.limit()))
            },
        ]
    }

    private static let (instantMax, expressionMax) = (100, 500)

    private static let afterInstant = Operation.Parameter(
        name: "after", place: .query, help: "After this instant; else after now.",
        schema: .text("`2026-11-01T00:00:00Z`", pattern: textPattern, max: instantMax, min: 1))
}
