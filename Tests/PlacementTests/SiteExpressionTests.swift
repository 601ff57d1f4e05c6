import Model
import Placement
import Testing

@Suite("Site expressions")
struct SiteExpressionTests {
    private let sets = NamedSets([
        "eea": [.init(from: "", values: ["DE", "FR", "NO"])],
        "adequate": [.init(from: "2023-07-10", values: ["GB"]), .init(from: "2026-01-26", values: ["GB", "BR"])],
    ])

    private func holds(_ text: String, _ site: [String: String]) throws -> SiteExpression.Truth {
        try SiteExpression(parsing: text).judge(site, sets: sets).truth
    }

    @Test(
        "bind & and \\ more tightly than |, and ! more tightly than these",
        arguments: [
            ("a=1 | b=1 & c=1", ["a": "1", "b": "0", "c": "0"], true),
            ("(a=1 | b=1) & c=1", ["a": "1", "b": "0", "c": "0"], false),
            ("a=1 & b=1 | c=1", ["a": "0", "b": "0", "c": "1"], true),
            ("a=1 \\ b=1 | c=1", ["a": "1", "b": "1", "c": "0"], false),
            ("!a=1 & b=1", ["a": "0", "b": "1"], true),
            ("!(a=1 & b=1)", ["a": "1", "b": "0"], true),
            ("!!a=1", ["a": "1"], true),
            ("*", [:], true), ("* \\ a=1", ["a": "1"], false),
            ("country in {DE, FR}", ["country": "FR"], true), ("country in @eea", ["country": "US"], false),
            ("tier >= 3 & tier < 5", ["tier": "4"], true), ("tier > 3", ["tier": "10"], true),
            ("name = \"two words\"", ["name": "two words"], true), ("a == 1", ["a": "1"], true),
            ("a != 1", ["a": "2"], true),
        ] as [(String, [String: String], Bool)])
    func precedence(text: String, site: [String: String], wanted: Bool) throws {
        #expect(try holds(text, site) == (wanted ? .yes : .no))
    }

    @Test("do not take silence for an answer: what a site does not state is unknown, negated or not")
    func silence() throws {
        for text in [
            "country = US", "country != US", "!(country = US)", "country in @eea", "tier < 3", "a=1 & country=US",
        ] {
            #expect(try holds(text, ["a": "1", "tier": "soon"]) == .unknown, "\(text)")
        }
        #expect(try holds("a=1 | country=US", ["a": "1"]) == .yes)
        #expect(try holds("a=2 & country=US", ["a": "1"]) == .no)
    }

    @Test("read named sets as they were on a date, a month or a year")
    func datedSets() throws {
        let brazil = ["country": "BR"]
        #expect(try holds("country in @adequate:2025-12", brazil) == .no)
        #expect(try holds("country in @adequate:2026-01-25", brazil) == .no)
        #expect(try holds("country in @adequate:2026-01-26", brazil) == .yes)
        #expect(try holds("country in @adequate:2026-01", brazil) == .yes)
        #expect(try holds("country in @adequate", brazil) == .yes)
        #expect(try holds("country in @adequate:2020", brazil) == .unknown)
        #expect(try holds("country in @nowhere", brazil) == .unknown)
    }

    @Test(
        "that cannot be read are shown with a caret below the place",
        arguments: [
            ("country = DE &", 14), ("country DE", 8), ("(a=1", 4), ("a=1)", 3), ("country in", 10),
            ("country in {DE FR}", 15),
            ("a = 'x", 4), ("", 0), ("& a=1", 0), ("country in @", 12),
        ])
    func carets(text: String, column: Int) {
        let error = #expect(throws: PerigeeError.self) { try SiteExpression(parsing: text) }
        let lines = (error?.message ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines.last.map(String.init) == String(repeating: " ", count: 4 + column) + "^", "\(error?.message ?? "")")
        #expect(error?.remedy != nil)
    }

    @Test("that mix & and | without parentheses are read, and remarked upon")
    func lint() throws {
        #expect(try SiteExpression(parsing: "a=1 | b=1 & c=1").warnings.count == 1)
        #expect(try SiteExpression(parsing: "a=1 | (b=1 & c=1)").warnings.isEmpty)
        #expect(try SiteExpression(parsing: "a=1 | b=1").warnings.isEmpty)
    }

    @Test("have limits")
    func limits() {
        let deep = String(repeating: "(", count: 100) + "a=1" + String(repeating: ")", count: 100)
        for text in [deep, String(repeating: "!", count: 100) + "a=1", String(repeating: "a=1|", count: 2000) + "a=1"] {
            #expect(throws: PerigeeError.self) { try SiteExpression(parsing: text) }
        }
    }
}
