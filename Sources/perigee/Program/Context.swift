internal import Calibration
internal import Model
internal import Replication
internal import Workers

/// What a verb works with: its options, its output, its progress.
final class Context {
    /// What every verb takes.
    let options: GlobalOptions
    /// Standard output, buffered.
    let output = Output()
    /// Colours, or none.
    let style: Style
    /// Raised when the user or the system asks to stop.
    let stop = Signals.stop

    /// The connections to other hosts, made as they are needed.
    let sites: RemoteSites

    private var limits: [LimitKeeper] = []

    /// Operands that were held back from the parser; they follow those that it saw.
    let heldOperands: [String]

    /// The context of one run.
    init(_ options: GlobalOptions, heldOperands: [String] = []) {
        self.options = options
        self.heldOperands = heldOperands
        style = options.json ? .plain : .standardOutput
        sites = RemoteSites(options)
    }

    /// What the verb that runs is called in its report, and which way its dataset takes; nil for what it is by itself.
    var frame: (verb: String, route: RunReport.Route)?

    /// Where what transfers came to is kept.
    private(set) lazy var ledger: any TransferLedger = LedgerFile(state: StateFolder(path: options.stateFolder))

    /// Takes reports in the place of the output; nil where they are printed.
    var onReport: ((RunReport) -> Void)?

    /// What hands packs on to other vaults as they are made, by the place of the vault that they are made for.
    var fanOuts: [String: FanOut] = [:]

    private var endings: [() -> Void] = []

    /// Has `body` run when the verb has ended, however it ends.
    func atEnd(_ body: @escaping () -> Void) { endings.append(body) }

    /// Runs what was to be run at the end.
    func end() {
        while let body = endings.popLast() { body() }
    }

    /// Whether programs read the output.
    var isJSON: Bool { options.json }

    /// Keeps `keeper` going until the verb ends; holds connections to other hosts to what it says where asked to.
    func limit(_ keeper: LimitKeeper, holdsWire: Bool) {
        limits.append(keeper)
        if holdsWire { sites.hold(to: keeper.bucket) }
    }

    /// Ends what runs beside the verb.
    func close() {
        for keeper in limits { keeper.end() }
        sites.leave()
    }

    /// Prints the result, once: as JSON, or as the text that `text` makes of it.
    func finish(_ document: some Encodable, text: (Style) -> String) throws {
        if isJSON {
            try output.write(JSON.document(document))
        } else {
            try output.write(text(style))
        }
    }

    /// Prints the result, once: as JSON that is written already, or as the text that `text` makes of it.
    func finish(written document: @autoclosure () throws -> [UInt8], text: (Style) -> String) throws {
        if isJSON { try output.write(bytes: document()) } else { try output.write(text(style)) }
    }

    /// Prints the report of a run; `partial` where files failed.
    func finish(_ report: RunReport) throws -> ExitStatus {
        var report = report
        if let frame {
            let via = report.route?.via
            (report.verb, report.route) = (frame.verb, frame.route)
            if let via, report.route?.via == nil { report.route?.via = via }
        }
        if let onReport {
            onReport(report)
        } else {
            try finish(report) { ReportText.render(report, $0) }
        }
        return report.failures.isEmpty && report.files.failed == 0 ? .done : .partial
    }

    /// Runs `body` while its progress is shown on standard error.
    func withProgress<Result>(_ verb: String, _ body: (Progress) throws -> Result) throws -> Result {
        let progress = Progress()
        let renderer = ProgressRenderer(progress, verb: frame?.verb ?? verb, style: options.progressStyle)
        renderer.start()
        defer { renderer.finish() }
        return try body(progress)
    }

    /// Shows an error: its place and remedy on standard error, or one JSON document if nothing was printed yet and standard
    /// output takes it.
    ///
    /// Silent where the reader of the output has gone, as at the end of `perigee log | head`.
    func report(_ error: any Error) -> ExitStatus {
        let fault = ErrorReport.fault(interruption(hiding: error) ?? error)
        if output.isReaderGone { return .failed }
        if isJSON {
            // Where not even this can be written, standard error is what is left.
            if output.discard() > 0 || !output.writeLast(ErrorReport.json(fault)) {
                Diagnostics.write(ErrorReport.text(fault, .standardError))
            }
        } else {
            if !output.isBroken { try? output.flush() }
            Diagnostics.write(ErrorReport.text(fault, .standardError))
        }
        return ExitStatus(fault.code)
    }

    /// What to say in the place of `error` where the user stopped the run; nil where that has nothing to do with it.
    ///
    /// Control-C ends `ssh` too, which then looks like a lost connection.
    func interruption(hiding error: any Error) -> (any Error)? {
        guard (error as? PerigeeError)?.code == .io else { return nil }
        do { try stop.check() } catch { return error }
        return nil
    }
}
