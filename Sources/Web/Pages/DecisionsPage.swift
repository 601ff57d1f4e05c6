internal import Catalog
internal import Model

/// Whether data or work should travel, why, and what would change it.
struct DecisionsPage {
    let desk: any Desk
    var request: WebRequest

    private static let factors: [(name: String, label: String)] = [
        ("bandwidth", "What links carry"), ("traffic", "What bytes on links cost"),
        ("compute", "What machines cost"), ("size", "How large datasets are"),
    ]

    /// The page.
    func markup() throws -> Markup {
        let frame = PageFrame(title: "Decisions", path: "/decisions", caller: request.caller)
        let names = desk.scenarios
        guard let first = names.first else {
            return frame.page(
                Notice.empty("The daemon knows no scenarios: name files of them below serve.api.scenarios."))
        }
        let chosen = try request.query("scenario") ?? first
        return frame.page(
            .tag(
                "form",
                ["method": "get", "action": "/decisions", "class": "sliders", "data-part-form": "/parts/decision"],
                choice(names, chosen), .group(Self.factors.map { slider($0.name, $0.label) }),
                .tag("button", [:], "Decide")),
            .tag("div", ["id": "decision", "aria-live": "polite"], part(chosen)), execution(chosen))
    }

    /// What has the work of a scenario done, as it is without any factors; for those who may.
    private func execution(_ scenario: String) -> Markup {
        guard request.caller.session != nil, request.caller.may(.operate) else { return .nothing }
        return .tag(
            "form", ["method": "post", "action": "/jobs", "class": "inline"], PageFrame.check(request.caller),
            .tag("input", ["type": "hidden", "name": "scenario", "value": scenario]),
            .tag("button", [:], "Have the work of \(scenario) done"))
    }

    /// The decision alone, for factors in the query.
    func decision() throws -> Markup {
        var question = DecisionQuestion(scenario: try request.query("scenario") ?? "")
        question.bandwidth = try factor("bandwidth")
        question.traffic = try factor("traffic")
        question.compute = try factor("compute")
        question.size = try factor("size")
        return DecisionPart.markup(try BodyReader.Value(document: desk.decide(question)))
    }

    private func part(_ chosen: String) -> Markup {
        do {
            var own = self
            own.request = Self.named(chosen, request)
            return try own.decision()
        } catch {
            return Notice.markup(Problem(error).fault)
        }
    }

    private static func named(_ scenario: String, _ request: WebRequest) -> WebRequest {
        guard !request.query.contains(where: { $0.name == "scenario" }) else { return request }
        return WebRequest(
            id: request.id, method: request.method, path: request.path,
            query: request.query + [("scenario", scenario)], headers: request.headers, caller: request.caller,
            address: request.address, isSecure: request.isSecure, now: request.now,
            uptime: request.uptime)
    }

    /// Sliders go by powers of ten: -1 is a tenth, 1 is ten times.
    private func factor(_ name: String) throws -> Double {
        guard let text = try request.query(name) else { return 1 }
        guard let power = Double(text), (-2.0...2.0).contains(power) else {
            throw PerigeeError(.usage, "it is no power of ten", at: name, remedy: "write a number from -2 to 2")
        }
        return DecisionPart.power(power)
    }

    private func choice(_ names: [String], _ chosen: String) -> Markup {
        .tag(
            "div", ["class": "choice"], .tag("label", ["for": "scenario"], "Scenario"),
            .tag(
                "select", ["id": "scenario", "name": "scenario"],
                all: names.map { .tag("option", ["value": $0, "selected": $0 == chosen ? "" : nil], .text($0)) }))
    }

    private func slider(_ name: String, _ label: String) -> Markup {
        let power = ((try? request.query(name)) ?? nil).flatMap(Double.init) ?? 0
        return .tag(
            "div", ["class": "slider"], .tag("label", ["for": "factor-\(name)"], .text(label)),
            .tag(
                "input",
                [
                    "type": "range", "id": "factor-\(name)", "name": name, "min": "-1", "max": "1", "step": "0.05",
                    "value": Words.number(power, 2), "aria-describedby": "says-\(name)",
                ]),
            .tag(
                "output", ["id": "says-\(name)", "for": "factor-\(name)", "data-factor": name],
                .text("\(Words.number(DecisionPart.power(power), 2)) times")))
    }
}
