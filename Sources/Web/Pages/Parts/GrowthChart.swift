internal import Catalog
internal import Scheduling

/// How much a dataset held, and what each snapshot added to the vault.
struct GrowthChart {
    /// The newest first.
    let snapshots: [KnownSnapshot]

    private static let (width, height, left, bottom) = (640.0, 220.0, 84.0, 28.0)

    /// The picture.
    func markup() -> Markup {
        let rows = Array(snapshots.reversed())
        guard let first = rows.first, let last = rows.last, rows.count > 1 else {
            return Notice.empty("Two snapshots are needed to see it grow.")
        }
        let most = Double(max(1, rows.map { max($0.bytes, $0.stored) }.max() ?? 1))
        let span = Double(max(1, last.noted - first.noted))
        func x(_ row: KnownSnapshot) -> Double {
            Self.left + (Self.width - Self.left - 12) * Double(row.noted - first.noted) / span
        }
        func y(_ bytes: UInt64) -> Double { 10 + (Self.height - Self.bottom - 10) * (1 - Double(bytes) / most) }
        let line = rows.map { "\(n(x($0))),\(n(y($0.bytes)))" }.joined(separator: " ")
        let floor = Self.height - Self.bottom
        let picture = Markup.tag(
            "svg",
            [
                "viewBox": "0 0 \(Int(Self.width)) \(Int(Self.height))", "role": "img", "class": "chart",
                "aria-label": "Mass from \(Words.size(first.bytes)) to \(Words.size(last.bytes)), "
                    + "in \(rows.count) snapshots; bars are what each added",
            ], axis(most, floor), .tag("polyline", ["points": line, "class": "curve"]),
            .group(
                rows.map { row in
                    .tag(
                        "rect",
                        [
                            "x": n(x(row) - 2), "width": "4", "y": n(y(row.stored)),
                            "height": n(max(0.5, floor - y(row.stored))), "class": "bar",
                        ], .tag("title", [:], "\(Words.size(row.stored)) added by run \(row.run)"))
                }),
            .tag("text", ["x": n(Self.left), "y": n(Self.height - 8), "class": "start"], .text(label(first, last))),
            .tag("text", ["x": n(Self.width - 12), "y": n(Self.height - 8), "class": "end"], .text(label(last, first))))
        return .group([
            Frame.markup("Chart of growth", picture),
            .tag("p", ["class": "faint"], "The line is the mass, each bar what a snapshot added to its vault."),
        ])
    }

    private func axis(_ most: Double, _ floor: Double) -> Markup {
        .group([
            .tag(
                "line", ["x1": n(Self.left), "x2": n(Self.width - 12), "y1": n(floor), "y2": n(floor), "class": "rule"]),
            .tag("text", ["x": n(Self.left - 8), "y": "16", "class": "end"], .text(Words.size(UInt64(most)))),
            .tag("text", ["x": n(Self.left - 8), "y": n(floor), "class": "end"], "0"),
        ])
    }

    /// The day of a snapshot; the time where another one is of the same day.
    private func label(_ row: KnownSnapshot, _ other: KnownSnapshot) -> String {
        let (text, others) = (Instant(row.noted).rfc3339, Instant(other.noted).rfc3339)
        return String(text.prefix(10) == others.prefix(10) ? text.dropFirst(11).prefix(8) : text.prefix(10))
    }
    private func n(_ value: Double) -> String { Words.number(value, 1) }
}
