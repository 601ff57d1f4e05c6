internal import Model

/// An estimate for people.
enum EstimateText {
    /// The estimate as an aligned block, then warnings and failures a line each.
    static func render(_ report: EstimateReport, _ style: Style) -> String {
        var block = TextBlock("estimate  \(report.source) -> \(report.destination)  (nothing was moved)")
        ReportText.files(report.files, &block)
        block.row(
            "bytes", "\(Format.size(report.bytes.logical.p50)) logical", "\(Format.size(report.bytes.read.p50)) read",
            "\(Format.size(report.bytes.reused.p50)) reused")
        block.row("missing", Format.size(report.bytes.missing.p50), chunks(report.chunks))
        block.row("wire", spread(report.bytes.wireSent, Format.size), sample(report))
        if report.bytes.stored != report.bytes.wireSent {
            block.row("stored", spread(report.bytes.stored, Format.size))
        }
        block.row("time", spread(report.seconds.total, Format.duration))
        let requests = report.requests
        let asked = [("put", requests.put), ("get", requests.get), ("list", requests.list)]
            .filter { $0.1.p90 > 0 }.map { "\(spread($0.1, Quantity.grouped)) \($0.0)" }
        block.row("requests", asked.isEmpty ? "none" : asked.joined(separator: "   "))
        block.row("money", money(report.money))
        for (index, sentence) in report.assumptions.enumerated() { block.row(index == 0 ? "given" : "", sentence) }
        block.row("took", Format.duration(report.took), "\(Format.size(report.peakMemory)) of memory at most")
        return block.rendered(style) + ReportText.notes(report.warnings, report.failures, style)
    }

    /// One figure where it is certain, else three.
    private static func spread<Value>(_ spread: Spread<Value>, _ text: (Value) -> String) -> String {
        let (low, middle, high) = (text(spread.p10), text(spread.p50), text(spread.p90))
        return low == high ? middle : "\(middle)   p10 \(low)   p90 \(high)"
    }

    private static func money(_ money: RunReport.Money?) -> String {
        guard let money else { return "unknown" }
        let (low, high) = (money.p10 ?? money.p50, money.p90 ?? money.p50)
        return low == high ? "$\(money.p50)" : "$\(money.p50)   p10 $\(low)   p90 $\(high)"
    }

    private static func chunks(_ chunks: RunReport.Chunks) -> String? {
        guard chunks.total > 0 else { return nil }
        return "\(Quantity.grouped(chunks.missing)) of \(Format.count(chunks.total, "chunk"))"
    }

    private static func sample(_ report: EstimateReport) -> String? {
        guard report.method == .sampled else { return nil }
        return "by a sample of \(Format.size(report.sample.bytes))"
    }
}
