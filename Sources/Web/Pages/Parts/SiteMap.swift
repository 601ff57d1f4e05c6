internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Sites as a graph: as large as what they hold, with the links between them.
struct SiteMap {
    let geography: DeskGeography
    /// Bytes that each site holds; sites of which nothing is known are not in it.
    let mass: [String: UInt64]

    private static let width = 640.0
    /// Room for a circle above its middle, and with its name below.
    private static let (above, below) = (44.0, 104.0)
    /// Where on a link stands what it carries, as a share of its length.
    private static let beside = 0.62
    /// So many sites are drawn at most; a table names all.
    private static let sitesMax = 24

    /// The picture.
    func markup() -> Markup {
        let sites = Array(geography.sites.prefix(Self.sitesMax))
        guard !sites.isEmpty else { return Notice.empty("The configuration describes no sites.") }
        let places = Dictionary(
            sites.enumerated().map { ($0.element.name, Self.place($0.offset, of: sites.count)) }
        ) { first, _ in first }
        let height = Self.above + Self.depth(sites.count) + Self.below
        let links = pairs(places)
        return Frame.markup(
            "Map",
            .tag(
                "svg",
                [
                    "viewBox": "0 0 \(Int(Self.width)) \(Int(height))", "role": "img", "class": "map",
                    "aria-labelledby": "map-title map-text",
                ], .tag("title", ["id": "map-title"], "Sites and links"),
                .tag("desc", ["id": "map-text"], .text(described(sites))), .group(links),
                .group(sites.map { node($0, places[$0.name] ?? (0, 0)) })))
    }

    private func described(_ sites: [DeskGeography.Site]) -> String {
        let held = sites.map { site in
            mass[site.name].map { "\(site.name) holds \(Words.size($0))" } ?? "of \(site.name) nothing is known"
        }.joined(separator: ", ")
        let ways = geography.links.map { "\($0.from) to \($0.to)\($0.bandwidth.map { ", \($0)" } ?? "")" }
        return "\(held). Links: \(ways.isEmpty ? "none" : ways.joined(separator: "; "))."
    }

    /// From the middle of the highest circle to that of the lowest: two sites stand beside each other, more in a ring.
    private static func depth(_ count: Int) -> Double { count < 3 ? 0 : min(100 + 25 * Double(count), 260) }

    private static func place(_ index: Int, of count: Int) -> (x: Double, y: Double) {
        guard count > 1 else { return (width / 2, above) }
        let turn = 2 * Double.pi * Double(index) / Double(count) - Double.pi
        let half = depth(count) / 2
        return (width / 2 + cos(turn) * width * 0.34, above + half + sin(turn) * half)
    }

    /// A line for each pair of sites with links; what both ways carry stands beside it.
    private func pairs(_ places: [String: (x: Double, y: Double)]) -> [Markup] {
        var known: [[String]: [DeskGeography.Link]] = [:]
        for link in geography.links { known[[link.from, link.to].sorted(), default: []].append(link) }
        return known.sorted { $0.key.lexicographicallyPrecedes($1.key) }.compactMap { ends, links in
            guard ends.count == 2, let from = places[ends[0]], let to = places[ends[1]] else { return nil }
            let text = links.map { link in
                let arrow =
                    link.from == ends[0]
                    ? (from.x <= to.x ? "\u{2192}" : "\u{2190}") : (from.x <= to.x ? "\u{2190}" : "\u{2192}")
                return "\(arrow) \(link.bandwidth.map { "\($0)" } ?? "?")"
            }
            // Not in the middle, where links across a ring meet.
            let (x, y) = (from.x + (to.x - from.x) * Self.beside, from.y + (to.y - from.y) * Self.beside)
            return .group([
                .tag(
                    "line",
                    ["x1": n(from.x), "y1": n(from.y), "x2": n(to.x), "y2": n(to.y), "class": "link"]),
                Self.lines(text.map { ($0, "way") }, n(x), n(y - 16)),
            ])
        }
    }

    private func node(_ site: DeskGeography.Site, _ place: (x: Double, y: Double)) -> Markup {
        let most = Double(max(1, mass.values.max() ?? 1))
        let share = (Double(mass[site.name] ?? 0) / most).squareRoot()
        let radius = 16 + 18 * share
        let lines = [site.name, mass[site.name].map { Words.size($0) } ?? "", site.place].filter { !$0.isEmpty }
        return .group([
            .tag("circle", ["cx": n(place.x), "cy": n(place.y), "r": n(radius), "class": "site"]),
            Self.lines(
                lines.enumerated().map { (String($1.prefix(32)), $0 == 0 ? "name" : "small") }, n(place.x),
                n(place.y + radius + 1)),
        ])
    }

    /// Lines of text below a point, as far from each other as their size is.
    private static func lines(_ lines: [(text: String, style: String)], _ x: String, _ y: String) -> Markup {
        .tag(
            "text", ["x": x, "y": y],
            all: lines.map { .tag("tspan", ["x": x, "dy": "1.15em", "class": $0.style], .text($0.text)) })
    }

    private func n(_ value: Double) -> String { Words.number(value, 1) }
}
