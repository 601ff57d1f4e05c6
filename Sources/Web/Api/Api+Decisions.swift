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
            ) { [desk] _ in WebAnswer(type: "application/json", try desk.document(.plan)) },
            Operation(
                method: .post, path: "/v1/estimate", id: "estimate",
                summary: "What bringing a dataset to a site would move: bytes, time, money, requests.",
                tag: "decisions", scope: .operate,
                body: .object(
                    "Two ends that the configuration names.",
                    [
                        "source": .text("`SITE:DATASET`", pattern: Self.endPattern, max: 300, min: 3),
                        "destination": .text("`SITE:DATASET`", pattern: Self.endPattern, max: 300, min: 3),
                    ]), answer: .init(help: "The estimate.", schema: "Estimate"), isHeavy: true,
                problems: [404, 409, 422]
            ) { [desk] request in
                var body = try BodyReader(request.body)
                let source = try Self.end(&body, "source")
                let destination = try Self.end(&body, "destination")
                try body.finish()
                try Self.checkNames(source, "source", desk.geography)
                try Self.checkNames(destination, "destination", desk.geography)
                return WebAnswer(
                    type: "application/json",
                    try desk.document(.estimate(source: source, destination: destination)))
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
                WebAnswer(type: "application/json", try desk.decide(Self.question(request.body)))
            },
            Operation(
                method: .post, path: "/v1/locality", id: "locality",
                summary: "What workloads would cost at sites, each by itself.", tag: "decisions", scope: .read,
                body: Self.localityBody, answer: .init(help: "The costs.", schema: "Locality"), isHeavy: true,
                problems: [404, 422]
            ) { [desk] request in
                WebAnswer(type: "application/json", try desk.document(Self.locality(request.body)))
            },
        ]
    }

    private static let endPattern = "^[A-Za-z0-9._][A-Za-z0-9._-]*:[A-Za-z0-9._-]+$"

    private static func end(_ body: inout BodyReader, _ name: String) throws -> String {
        let text = try body.neededText(name, max: 300)
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isOfName) }), parts[0].first != "-"
        else {
            throw PerigeeError(
                .usage, "it is no end that the configuration names", at: name, remedy: "write SITE:DATASET")
        }
        return text
    }

    /// Refuses an end whose site or dataset the configuration does not describe.
    private static func checkNames(_ end: String, _ name: String, _ geography: DeskGeography) throws {
        let parts = end.split(separator: ":").map(String.init)
        guard geography.sites.contains(where: { $0.name == parts[0] }), geography.datasets.contains(parts[1]) else {
            throw PerigeeError(
                .notFound, "the configuration describes no such site or dataset", at: name,
                remedy: "see GET /v1/sites and GET /v1/datasets")
        }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

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
