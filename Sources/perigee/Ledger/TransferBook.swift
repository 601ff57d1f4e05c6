internal import Calibration
internal import Model
internal import Replication

/// Keeps what a run came to: in the ledger, beside what was expected of it and at what price, and in the memory of the
/// link that it crossed.
struct TransferBook {
    private let state: StateFolder
    private let ledger: any TransferLedger
    private let frame: String?

    /// The book of a run.
    init(_ context: Context) {
        state = StateFolder(path: context.options.stateFolder)
        ledger = context.ledger
        frame = context.frame?.verb
    }

    /// Keeps `report`, and prices what it expected where nobody has.
    ///
    /// What cannot be kept is a warning: the run itself is done.
    func record(_ report: inout RunReport, isAsked: Bool, at: Timestamp) {
        guard !report.dryRun else { return }
        guard let ends = TransferEnds(report.source, report.destination) else { return }
        let price = TransferPrice.configured(ends, ledger)
        if report.estimate?.money == nil, let estimate = report.estimate, estimate.requests == nil {
            // What earlier runs came to tells bytes; requests of stores are not foreseen by them.
            let isBucket = ends.from.bucket != nil || ends.to.bucket != nil
            let amounts = [estimate.bytes.p10, estimate.bytes.p50, estimate.bytes.p90].compactMap {
                price.money(bytes: $0, writes: 0, reads: 0)
            }
            if amounts.count == 3, !isBucket {
                report.estimate?.money = .init(Spread(p10: amounts[0], p50: amounts[1], p90: amounts[2]))
            }
        }
        do {
            try ledger.record(entry(report, ends, price, isAsked: isAsked, at: at))
            try teach(report, ends, at: at)
        } catch {
            report.warnNotKept(error)
        }
    }

    private func entry(
        _ report: RunReport, _ ends: TransferEnds, _ price: TransferPrice, isAsked: Bool, at: Timestamp
    ) -> TransferRecord {
        let wire = max(report.bytes.wireSent, report.bytes.wireReceived)
        let requests = report.requests
        var entry = TransferRecord(
            at: at, verb: frame ?? report.verb, source: report.source, destination: report.destination, bytes: wire,
            missing: report.bytes.missing, seconds: max(0, report.seconds.total),
            requests: requests.put &+ requests.get &+ requests.list)
        entry.link = ends.link
        entry.money = price.money(bytes: wire, writes: requests.put &+ requests.list, reads: requests.get)
        entry.tariffs = price.tariffs
        guard let estimate = report.estimate else { return entry }
        entry.isAsked = isAsked
        entry.expected = .init(
            bytes: estimate.bytes, seconds: estimate.seconds, requests: estimate.requests,
            money: estimate.money?.spread)
        return entry
    }

    /// What the run says of how fast its link is.
    private func teach(_ report: RunReport, _ ends: TransferEnds, at: Timestamp) throws {
        guard let (host, isUp) = ends.memory else { return }
        let memory = LinkMemory(state: state, host: host)
        let bytes = max(report.bytes.wireSent, report.bytes.wireReceived)
        let seconds = report.seconds.transfer > 0 ? report.seconds.transfer : report.seconds.total
        let start = memory.speed(up: isUp)?.start(for: bytes) ?? 0
        guard let seen = LinkObservation(at: at, bytes: bytes, seconds: seconds, start: start) else { return }
        try memory.record(seen, up: isUp)
    }
}

extension RunReport {
    /// Warns that what the run came to could not be kept: once, since where one file cannot be written others cannot
    /// either.
    mutating func warnNotKept(_ error: any Error) {
        let warning = "the ledger could not be written"
        if !warnings.contains(where: { $0.hasPrefix(warning) }) { warnings.append("\(warning): \(error)") }
    }
}
