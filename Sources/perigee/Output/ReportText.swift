internal import Model

/// A run's report for people.
enum ReportText {
    /// The report as an aligned block, then warnings and failures a line each.
    static func render(_ report: RunReport, _ style: Style) -> String {
        var block = TextBlock(title(report))
        block.row(
            "route", report.route.map { "\($0.from) -> \($0.via.map { "\($0) -> " } ?? "")\($0.to)" },
            report.route?.reason)
        files(report.files, &block)
        bytes(report, &block)
        // What earlier runs came to is for programs: people did not ask for it.
        if report.isEstimateAsked { estimate(report.estimate, &block) }
        let seconds = report.seconds
        block.row(
            "time", Format.duration(seconds.total), part("scan", seconds.scan), part("transfer", seconds.transfer),
            part("publish", seconds.publish))
        // Where nothing was lacking, nothing was moved that could be fast.
        if report.bytes.missing > 0 { block.row("speed", Format.rate(report.bytes.logical, in: seconds.total)) }
        if report.peakMemory > 0 { block.row("memory", Format.size(report.peakMemory) + " at most") }
        if report.verb != "estimate" { block.row("verified", report.verified) }
        block.row("snapshot", report.snapshot)
        return block.rendered(style) + notes(report.warnings, report.failures, style)
    }

    private static func title(_ report: RunReport) -> String {
        "\(report.verb)  \(report.source) -> \(report.destination)\(report.dryRun ? "  (dry run: nothing was changed)" : "")"
    }

    /// A line of what the files came to.
    static func files(_ files: RunReport.Files, _ block: inout TextBlock) {
        func some(_ value: UInt64, _ word: String) -> String? { value > 0 ? "\(Quantity.grouped(value)) \(word)" : nil }
        block.row(
            "files", "\(Quantity.grouped(files.scanned)) scanned", some(files.new, "new"),
            some(files.changed, "changed"), some(files.renamed, "renamed"), some(files.deleted, "deleted"),
            some(files.unchanged, "unchanged"), some(files.failed, "failed"))
    }

    private static func bytes(_ report: RunReport, _ block: inout TextBlock) {
        let bytes = report.bytes
        block.row(
            "bytes", "\(Format.size(bytes.logical)) logical", "\(Format.size(bytes.missing)) missing",
            bytes.reused > 0 ? "\(Format.size(bytes.reused)) reused" : nil)
        if report.chunks.total > 0 {
            block.row(
                "chunks", "\(Quantity.grouped(report.chunks.total)) in all",
                "\(Quantity.grouped(report.chunks.missing)) missing")
        }
        guard report.verb != "estimate" else { return }
        block.row(
            "wire", "\(Format.size(bytes.wireSent)) sent", "\(Format.size(bytes.wireReceived)) received",
            "\(Format.size(bytes.stored)) stored")
    }

    private static func estimate(_ estimate: RunReport.Estimate?, _ block: inout TextBlock) {
        guard let estimate else { return }
        func spread(_ values: [String]) -> String {
            Set(values).count == 1 ? values[0] : "p10 \(values[0])  p50 \(values[1])  p90 \(values[2])"
        }
        let (bytes, seconds, money) = (estimate.bytes, estimate.seconds, estimate.money)
        block.row("estimate", spread([bytes.p10, bytes.p50, bytes.p90].map(Format.size)) + " on the wire")
        block.row("", spread([seconds.p10, seconds.p50, seconds.p90].map(Format.duration)))
        block.row(
            "", money.map { spread([$0.p10 ?? $0.p50, $0.p50, $0.p90 ?? $0.p50].map { "$" + $0 }) } ?? "price unknown")
    }

    /// Warnings and failures, a line each.
    static func notes(_ warnings: [String], _ failures: [RunReport.Failure], _ style: Style) -> String {
        let warnings = warnings.map { "  " + style.warning("warning") + "  \($0)\n" }
        let failures = failures.map { "  " + style.bad("failed") + "  \($0.path): \($0.message)\n" }
        return (warnings + failures).joined()
    }

    private static func part(_ name: String, _ seconds: Double) -> String? {
        seconds > 0 ? "\(name) \(Format.duration(seconds))" : nil
    }
}
