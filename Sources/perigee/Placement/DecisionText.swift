internal import Model
internal import Placement

/// A decision for people, made of the same value as its JSON.
enum DecisionText {
    /// The decision as aligned blocks; with `explains` the reasons too.
    static func render(_ decision: Explanation, explains: Bool, _ style: Style) -> String {
        let date = decision.date.isEmpty ? "" : "  (\(decision.date))"
        var block = TextBlock("place  \(decision.scenario)\(date)")
        block.row("decision", decision.sentence)
        let total = decision.total
        block.row("money", "$\(total.money.cents)", spread(total.moneySpread) { "$\($0.cents)" })
        block.row("time", Format.duration(total.seconds), spread(total.secondsSpread, Format.duration))
        block.row("wire", Format.size(total.bytes))
        block.row("found by", decision.solver.method, quality(decision.solver))
        block.row(
            "policies", decision.compliancePremium.map { "cost $\($0.cents)" },
            decision.complianceDelay.map { "make it \(Format.duration($0)) later" })
        let grams = decision.placements.compactMap(\.carbonGrams)
        if !grams.isEmpty { block.row("carbon", Format.carbon(grams.reduce(0, +)), "by the average of the grids") }
        if let naive = decision.naive {
            // Where it would have foreseen what comes about there is nothing to add.
            let really =
                naive.really.map { $0 == naive.expected ? nil : "really $\($0.cents)" } ?? "which is not possible"
            block.row("compare", naive.sentence, really)
        }
        var out = block.rendered(style)
        if decision.placements.count > 1 { out += "\n" + placements(decision, style) }
        if explains {
            out += allReasons(decision.placements, style)
            out += "\n" + rest(decision, style)
        }
        return out + decision.warnings.map { style.warning("warning:") + " \($0)\n" }.joined()
    }

    private static func spread<Value: Comparable & Sendable>(_ spread: Spread<Value>, _ text: (Value) -> String)
        -> String?
    {
        spread.p10 == spread.p90 ? nil : "p10 \(text(spread.p10))   p90 \(text(spread.p90))"
    }

    private static func quality(_ solver: SolverReport) -> String {
        let gap = solver.isExact ? "exact" : "at most \(Quantity.decimal(solver.gap * 100, places: 2)) % above the best"
        return "\(gap)   \(Format.count(solver.nodes, "node"))"
    }

    private static func placements(_ decision: Explanation, _ style: Style) -> String {
        var table = Table(
            ("workload", .left), ("site", .left), ("offer", .left), ("way", .left), ("money", .right), ("ends", .right))
        for choice in decision.placements {
            table.row(
                choice.workload, choice.site, choice.offer, choice.way, "$\(choice.money.cents)",
                Format.duration(choice.ends))
        }
        if decision.total.shared != .zero {
            table.row("", "", "", "shared by several", "$\(decision.total.shared.cents)", "")
        }
        return table.rendered(style)
    }

    /// The reasons of all, those that are the same for several told once.
    private static func allReasons(_ choices: [Explanation.Choice], _ style: Style) -> String {
        var told: [(names: [String], sentence: String, text: String)] = []
        var known: [String: Int] = [:]
        for choice in choices {
            let text = reasons(choice, style)
            if let same = known[text] {
                told[same].names.append(choice.workload)
            } else {
                known[text] = told.count
                told.append(([choice.workload], choice.sentence, text))
            }
        }
        return told.map { one in
            let sentence = choices.count > 1 ? "  \(one.sentence)\n" : ""
            return "\n" + style.strong(one.names.joined(separator: ", ")) + "\n" + sentence + one.text
        }.joined()
    }

    private static func reasons(_ choice: Explanation.Choice, _ style: Style) -> String {
        var out = waterfall(choice.waterfall, style)
        var inputs = TextBlock("worked out")
        for line in CostLine.allCases.map(\.name) { inputs.row(line, choice.waterfall.first?.inputs[line]) }
        for stage in choice.stages where stage.bytes > 0 {
            let senders = stage.from.map(\.site).joined(separator: " and ")
            inputs.row(
                "brings", "\(Format.size(stage.bytes)) of \(stage.dataset) from \(senders)",
                "in \(Format.duration(stage.seconds))", "$\(stage.money.cents) with keeping it")
        }
        for receipt in choice.receives {
            inputs.row(
                "brings",
                "\(Format.size(receipt.bytes)) of \(receipt.outputs.joined(separator: ", ")) \(receipt.route)",
                "in \(Format.duration(receipt.seconds))", "$\(receipt.money.cents)")
        }
        let isEmpty = choice.waterfall.first?.inputs.isEmpty ?? true
        if !isEmpty || !choice.stages.isEmpty || !choice.receives.isEmpty { out += inputs.rendered(style) }
        var block = TextBlock("not elsewhere")
        for row in choice.whyNot {
            let money = row.money.map { "$\($0.cents)" }
            let best = row.best.flatMap { $0 > 0 ? "best in \(Quantity.decimal($0 * 100, places: 0)) %" : nil }
            block.row(row.option, money, row.reason, best)
        }
        if !choice.whyNot.isEmpty { out += block.rendered(style) }
        var worth = TextBlock("worth knowing better")
        for row in choice.worthKnowing { worth.row(row.input, "saves $\(row.money.cents) on average") }
        if !choice.worthKnowing.isEmpty { out += worth.rendered(style) }
        return out
    }

    /// Lines by option, each column adding up to its total to the cent.
    private static func waterfall(_ columns: [Explanation.Column], _ style: Style) -> String {
        let names = CostLine.allCases.map(\.name).filter { name in columns.contains { $0.lines[name] != nil } }
        var grid: [[String]] = [["money"] + columns.map(\.option)]
        let cents = columns.map { column in CentRounding.cents(names.map { column.lines[$0] ?? .zero }) }
        for (index, name) in names.enumerated() {
            grid.append(
                [name]
                    + columns.indices.map { columns[$0].lines[name] == nil ? "" : CentRounding.text(cents[$0][index]) })
        }
        grid.append(["total"] + columns.map(\.total.cents))
        let widths = grid[0].indices.map { column in grid.map { $0[column].unicodeScalars.count }.max() ?? 0 }
        return grid.enumerated().reduce(into: "") { out, line in
            let cells = line.element.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.unicodeScalars.count)
                return column == 0 ? text + padding : padding + text
            }
            let text = "  " + cells.joined(separator: "  ")
            out +=
                (line.offset == 0 ? style.faint(text) : line.offset == grid.count - 1 ? style.strong(text) : text)
                + "\n"
        }
    }

    private static func rest(_ decision: Explanation, _ style: Style) -> String {
        var out = ""
        var flips = TextBlock("what would change it")
        for flip in decision.flips {
            flips.row(
                flip.input,
                "at \(Quantity.decimal(flip.factor, places: 2)) times (\(Quantity.decimal(flip.distance, places: 0)) %)",
                flip.becomes)
        }
        if let pair = decision.flipPair {
            let times = pair.factors.map { Quantity.decimal($0, places: 2) }.joined(separator: " and ")
            flips.row(
                pair.inputs.joined(separator: " and "),
                "at \(times) times (\(Quantity.decimal(pair.distance, places: 0)) % each)", pair.becomes)
        }
        if decision.flips.isEmpty {
            flips.row(
                "nothing", "\(Format.count(decision.inputsTried, "input")) turned, each by itself, up to a hundredfold")
        }
        if decision.inputsTried > 0 { out += flips.rendered(style) }
        let provenance = decision.provenance
        var block = TextBlock("rests on")
        block.row(
            "prices",
            "\(provenance.priceBook)\(provenance.priceBookDate.isEmpty ? "" : " of \(provenance.priceBookDate)")")
        for price in provenance.prices {
            block.row("", price.entry, "as of \(price.asOf)", "confidence \(price.confidence)", price.warning)
        }
        block.row(
            "policies", "\(provenance.policy)\(provenance.policyDate.isEmpty ? "" : " of \(provenance.policyDate)")")
        for set in provenance.sets { block.row("", "@\(set)") }
        for manifest in provenance.manifests {
            let share = Quantity.decimal(manifest.share * 100, places: 1)
            block.row(
                "presence", "\(share) % of \(manifest.dataset) at \(manifest.site)", "by a \(manifest.how)",
                manifest.at,
                manifest.root.map { String($0.prefix(12)) })
        }
        for link in provenance.links {
            block.row(
                "link", "\(link.from) -> \(link.to)", Format.count(link.probes, "probe"),
                Format.count(link.transfers, "transfer"), "last \(link.at)")
        }
        block.row("samples", "\(Quantity.grouped(provenance.samples)) from seed \(provenance.seed)")
        return out + block.rendered(style)
    }
}
