#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A decision with its reasons.
enum DecisionPart {
    /// Ten to a power.
    static func power(_ power: Double) -> Double { pow(10, power) }

    /// The decision of a document that `perigee place --json` prints too.
    static func markup(_ decision: BodyReader.Value) -> Markup {
        let total = decision["total"]
        let spread = total["money_spread"]
        let placements = decision["placements"].values
        return .group([
            .tag("p", ["class": "sentence"], .text(decision["sentence"].string)),
            .tag(
                "dl", ["class": "cards"], card("Money", total["money"].dollars),
                card("p10 to p90", "\(spread["p10"].dollars) \u{2013} \(spread["p90"].dollars)"),
                card("Time", Words.duration(total["seconds"].double)), card("Wire", Words.size(total["bytes"].bytes))),
            .tag("p", ["class": "faint"], .text("Found by \(decision["solver"]["method"].string).")),
            .group(placements.map { choice($0, isOnly: placements.count == 1) }), flips(decision["flips"].values),
            .group(decision["warnings"].values.map { .tag("p", ["class": "notice warn"], .text($0.string)) }),
            provenance(decision["provenance"]),
        ])
    }

    private static func card(_ name: String, _ value: String) -> Markup {
        .tag("div", ["class": "card"], .tag("dt", [:], .text(name)), .tag("dd", [:], .text(value)))
    }

    private static func choice(_ choice: BodyReader.Value, isOnly: Bool) -> Markup {
        var others = Grid(
            "Why not elsewhere",
            [.words("Option"), .figures("Money"), .figures("Ends after"), .words("Reason")])
        for row in choice["why_not"].values {
            let name = row["option"].string
            others.row([
                .text(name), .text(row["money"].dollars), .text(Words.duration(row["seconds"].double)),
                .text(row["reason"].string),
            ])
        }
        return .tag(
            "section", [:], .tag("h2", [:], .text(choice["workload"].string)),
            // Of one alone all of it says the same.
            isOnly ? .nothing : .tag("p", [:], .text(choice["sentence"].string)),
            Waterfall(columns: choice["waterfall"].values).markup(),
            others.markup(empty: "There is no other way."))
    }

    private static func flips(_ flips: [BodyReader.Value]) -> Markup {
        var grid = Grid(
            "Inputs, and how far each is from another decision",
            [.words("Input"), .figures("At"), .figures("Away"), .words("Then")])
        for flip in flips {
            grid.row([
                .text(flip["input"].string), .text("\(Words.number(flip["factor"].double ?? 0, 2)) times"),
                .text("\(Words.number(flip["distance"].double ?? 0, 0)) %"), .text(flip["becomes"].string),
            ])
        }
        return .tag(
            "section", [:], .tag("h2", [:], "What would change it"),
            grid.markup(empty: "Nothing that was tried changes it."))
    }

    private static func provenance(_ provenance: BodyReader.Value) -> Markup {
        .tag("details", [:], .tag("summary", [:], "What it rests on"), Tree.markup(provenance))
    }
}
