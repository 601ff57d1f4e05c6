internal import Calibration
internal import Model

/// A ledger for people.
enum LedgerText {
    static func render(_ status: LedgerStatus, _ style: Style) -> String {
        guard let since = status.since else { return "no transfer was made yet\n" }
        let score = status.score
        var block = TextBlock("ledger  since \(since)")
        block.row(
            "transfers", Quantity.grouped(score.transfers), "\(Quantity.grouped(score.asked)) with an estimate",
            "\(Quantity.grouped(score.expected - score.asked)) expected by earlier runs")
        var out = block.rendered(style) + "\n"
        var table = Table(
            ("figure", .left), ("estimates", .right), ("within 90 %", .right), ("off", .right), ("off at most", .right),
            ("leaning", .right))
        for (name, figure) in figures(score) {
            table.row(
                name, Quantity.grouped(figure.count), percent(figure.coverage), percent(figure.error, places: 1),
                percent(figure.errorP90, places: 1), percent(figure.bias, places: 1, signed: true))
        }
        // How far off what knows nothing of the change says nothing; whether the interval held does.
        for (name, figure) in [("bytes", score.usual.bytes), ("time", score.usual.seconds)] where figure.count > 0 {
            table.row(
                "\(name) by earlier runs", Quantity.grouped(figure.count), percent(figure.coverage), "-", "-",
                percent(figure.bias, places: 1, signed: true))
        }
        out += table.rendered(style)
        out += "\n" + links(status, style)
        return status.rates.isEmpty ? out : out + "\n" + rates(status, style)
    }

    private static func figures(_ score: LedgerScore) -> [(String, LedgerScore.Figure)] {
        [("bytes", score.bytes), ("time", score.seconds), ("requests", score.requests), ("money", score.money)]
    }

    private static func links(_ status: LedgerStatus, _ style: Style) -> String {
        var table = Table(
            ("link", .left), ("transfers", .right), ("bytes within 90 %", .right), ("off", .right),
            ("time within 90 %", .right), ("off", .right))
        for link in status.links {
            let (bytes, seconds) = (link.score.bytes, link.score.seconds)
            table.row(
                link.link ?? "on one host", Quantity.grouped(link.score.transfers), percent(bytes.coverage),
                percent(bytes.error, places: 1), percent(seconds.coverage), percent(seconds.error, places: 1))
        }
        return table.rendered(style)
    }

    private static func rates(_ status: LedgerStatus, _ style: Style) -> String {
        var table = Table(
            ("link", .left), ("p10", .right), ("p50", .right), ("p90", .right), ("round trip", .right),
            ("seen", .left))
        for rate in status.rates {
            let spread = [rate.bandwidth.p10, rate.bandwidth.p50, rate.bandwidth.p90].map {
                ByteRate(bytesPerSecond: max(1, $0)).description
            }
            table.row(
                "\(rate.from) -> \(rate.to)", spread[0], spread[1], spread[2], Format.duration(rate.roundTrip),
                "\(Format.count(rate.probes, "probe")), \(Format.count(rate.transfers, "transfer")), last \(rate.at)")
        }
        return table.rendered(style)
    }

    private static func percent(_ share: Double?, places: Int = 0, signed: Bool = false) -> String {
        guard let share else { return "-" }
        let text = Quantity.decimal(share * 100, places: places)
        return (signed && share > 0 ? "+" : "") + text + " %"
    }
}
