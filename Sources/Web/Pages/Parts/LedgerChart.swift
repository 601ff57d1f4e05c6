internal import Catalog

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Expected bytes against those that came, both by powers of ten.
struct LedgerChart {
    let entries: [LedgerEntry]

    private static let (size, left, low, high) = (320.0, 70.0, 0.0, 13.0)

    /// The picture.
    func markup() -> Markup {
        let points = entries.compactMap { entry in
            entry.expectedBytes.map { (expected: max(1, $0.p50), came: max(1, Double(entry.bytes)), entry: entry) }
        }
        guard !points.isEmpty else { return .nothing }
        let ticks = ["KiB", "MiB", "GiB", "TiB"].enumerated().map {
            (value: pow(1024, Double($0 + 1)), name: "1 \($1)")
        }
        return .tag(
            "svg",
            [
                "viewBox": "0 0 \(Int(Self.left + Self.size + 20)) \(Int(Self.size + 50))", "role": "img",
                "class": "chart square",
                "aria-label": "Bytes expected, to the right, against bytes that came, upward, of \(points.count) runs",
            ],
            .tag(
                "line",
                ["x1": n(x(1)), "y1": n(y(1)), "x2": n(x(1e13)), "y2": n(y(1e13)), "class": "rule"]),
            .group(
                ticks.map { tick in
                    .group([
                        .tag(
                            "text", ["x": n(x(tick.value)), "y": n(Self.size + 26), "class": "small"], .text(tick.name)),
                        .tag(
                            "text", ["x": n(Self.left - 8), "y": n(y(tick.value) + 4), "class": "end"], .text(tick.name)
                        ),
                    ])
                }),
            .tag("text", ["x": n(Self.left + Self.size), "y": n(Self.size + 44), "class": "end"], "expected"),
            .tag("text", ["x": n(Self.left - 8), "y": "14", "class": "end"], "came"),
            .group(
                points.map { point in
                    .tag(
                        "circle", ["cx": n(x(point.expected)), "cy": n(y(point.came)), "r": "4", "class": "mark"],
                        .tag("title", [:], "\(point.entry.id)"))
                }))
    }

    private func x(_ value: Double) -> Double { Self.left + Self.size * share(value) }
    private func y(_ value: Double) -> Double { 10 + Self.size * (1 - share(value)) }
    private func share(_ value: Double) -> Double {
        min(1, max(0, (log10(max(1, value)) - Self.low) / (Self.high - Self.low)))
    }
    private func n(_ value: Double) -> String { Words.number(value, 1) }
}
