internal import Catalog
internal import HTTPTypes
internal import Model

extension Api {
    /// Plans, estimates, decisions.
    var decisions: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/plan", id: "getPlan",
                summary: "What will fit into the window and the budget, and what will not.", tag: "decisions",
                scope: .read, answer: .init(help: "The plan.", schema: "Plan"), isHeavy: true, problems: [409, 422]
            ) { [desk] _ in WebAnswer(document: try desk.document(.plan)) },
            Operation(
                method: .post, path: "/v1/estimate", id: "estimate",
                summary: "What bringing a dataset to a site would move: bytes, time, money, requests.",
                tag: "decisions", scope: .operate,
                body: .object(
                    "Two ends that the configuration names, and how what crosses is reckoned.",
                    [
                        "source": .text("`SITE:DATASET`", pattern: "^\(Self.endForm)$", max: 300, min: 3),
                        "destination": .text("`SITE:DATASET`", pattern: "^\(Self.endForm)$", max: 300, min: 3),
                    ] + .init(Self.estimateOptions.map { ($0.name, $0.schema) }),
                    optional: Set(Self.estimateOptions.map(\.name))),
                answer: .init(help: "The estimate.", schema: "Estimate"), isHeavy: true,
                problems: [404, 409, 422]
            ) { [self] request in
                var body = try BodyReader(request.body)
                let source = try body.neededText("source", max: 300)
                let destination = try body.neededText("destination", max: 300)
                let options = try Self.estimateOptions.flatMap { try $0.words(&body) }
                try body.finish()
                let ends = (try end(source, "source"), try end(destination, "destination"))
                return try answer(.estimate(source: ends.0, destination: ends.1, options: options))
            },
            Operation(
                method: .get, path: "/v1/scenarios", id: "listScenarios",
                summary: "The scenarios that can be decided.", tag: "decisions", scope: .read,
                answer: .init(help: "Their names.", schema: "Scenarios")
            ) { [desk] _ in
                WebAnswer(
                    .object([
                        ("schema", .text("perigee.scenarios/1")),
                        ("scenarios", .array(desk.scenarios.map { .text($0) })),
                    ]))
            },
            Operation(
                method: .post, path: "/v1/place", id: "place",
                summary: "Decide whether data or work should travel, and say why; what-ifs by factors.",
                tag: "decisions", scope: .read, body: Self.question,
                answer: .init(help: "The decision.", schema: "Decision"), isHeavy: true, problems: [404, 422]
            ) { [desk] request in
                WebAnswer(document: try desk.decide(Self.question(request.body)))
            },
            Operation(
                method: .post, path: "/v1/locality", id: "locality",
                summary: "What workloads would cost at sites, each by itself.", tag: "decisions", scope: .read,
                body: Self.localityBody, answer: .init(help: "The costs.", schema: "Locality"), isHeavy: true,
                problems: [404, 422]
            ) { [desk] request in
                WebAnswer(document: try desk.document(Self.locality(request.body)))
            },
        ]
    }

    private static let estimateOptions: [ErrandOption] = [
        .flag("exact", "Compress all that is missing, and not a sample of it."),
        .text("link", "What carries the bytes: `1Gbit/s`, or `50MB/s,80ms`."),
        .text("tariff", "What bytes cost, by its name in the price book."),
        .text("month_to_date", "What the tariff has carried this month."), .compress,
        .flag("delete", "Let the destination lose what the source does not have."),
        .flag("checksum", "Read all files, whatever is remembered of them."),
        .flag("history", "Between vaults: all snapshots that the destination lacks."),
        .texts("exclude", "Globs that are left out."), .texts("include", "Globs that are taken in again."),
    ]

    private static let factors = 0.01...100.0
    private static let factor = JSONSchema.number("A factor.", min: factors.lowerBound, max: factors.upperBound)

    private static let question = JSONSchema.object(
        "A scenario, and what is changed about it.",
        [
            "scenario": .text("One of the scenarios.", max: 300, min: 1),
            "at": .text("The site that all workloads are held to.", max: 300), "bandwidth": factor, "traffic": factor,
            "compute": factor, "size": factor,
        ], optional: ["at", "bandwidth", "traffic", "compute", "size"])

    /// What a body asks to be decided.
    static func question(_ bytes: [UInt8]) throws -> DecisionQuestion {
        var body = try BodyReader(bytes)
        var question = DecisionQuestion(scenario: try body.neededText("scenario", max: 300))
        question.at = try body.text("at", max: 300).flatMap { $0.isEmpty ? nil : $0 }
        question.bandwidth = try body.number("bandwidth", factors) ?? 1
        question.traffic = try body.number("traffic", factors) ?? 1
        question.compute = try body.number("compute", factors) ?? 1
        question.size = try body.number("size", factors) ?? 1
        try body.finish()
        return question
    }

    private static let pairsMax = 1000
    private static let localityBody = JSONSchema.object(
        "A scenario, and pairs of workload and site; without pairs all of them.",
        [
            "scenario": .text("One of the scenarios.", max: 300, min: 1),
            "pairs": .list(
                .object(
                    "A pair.",
                    [
                        "workload": .text("A workload.", max: 300, min: 1), "site": .text("A site.", max: 300, min: 1),
                    ]),
                "The pairs.", max: pairsMax),
        ], optional: ["pairs"])

    private static func locality(_ bytes: [UInt8]) throws -> DeskDocument {
        var body = try BodyReader(bytes)
        let scenario = try body.neededText("scenario", max: 300)
        let pairs = try body.list("pairs", max: pairsMax).map { value in
            var pair = try BodyReader(value, at: "pairs")
            let named = DeskDocument.Pair(
                workload: try pair.neededText("workload", max: 300), site: try pair.neededText("site", max: 300))
            try pair.finish()
            return named
        }
        try body.finish()
        return .locality(scenario: scenario, pairs: pairs)
    }
}
