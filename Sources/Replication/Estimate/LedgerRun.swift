public import Model

extension Ledger {
    /// What a ledger keeps of a run.
    public struct Run: Sendable, Equatable {
        /// When it ended.
        public var at: Timestamp
        /// How many names of the source it looked at.
        public var scanned: UInt64
        /// How many bytes it read.
        public var read: UInt64
        /// Plain bytes that the destination lacked.
        public var missing: UInt64
        /// What crossed between the ends.
        public var wire: UInt64
        /// How long it took, in seconds.
        public var seconds: Double
        /// Plain bytes in the source; nil of runs before this was kept.
        public var logical: UInt64?
        /// The snapshot that was made or read; nil where there was none.
        public var snapshot: String?
        /// What was expected; nil where nobody had asked.
        public var estimate: RunReport.Estimate?

        /// A run that ended at `at` with `report`.
        public init(_ report: RunReport, at: Timestamp) {
            self.at = at
            scanned = report.files.scanned
            read = report.bytes.read
            missing = report.bytes.missing
            wire = max(report.bytes.wireSent, report.bytes.wireReceived)
            seconds = max(0, report.seconds.total)
            logical = report.bytes.logical
            snapshot = report.snapshot
            estimate = report.estimate
        }
    }
}

extension Ledger.Run {
    /// What looking at a name costs, in bytes that could be read instead.
    static let nameWeight = 4096.0

    /// The work of a run in bytes: what is read or handed over, and a little for each name.
    static func work(scanned: UInt64, read: UInt64, missing: UInt64) -> Double {
        Double(max(read, missing)) + Double(scanned) * nameWeight
    }

    /// How much work the run did in a second; nil where there was no time to measure.
    var rate: Double? {
        let work = Self.work(scanned: scanned, read: read, missing: missing)
        return seconds > 1e-4 && work > 0 ? work / seconds : nil
    }

    /// The line that keeps it.
    var line: LedgerLine {
        var line = LedgerLine(at: at)
        line.set("scanned", scanned)
        line.set("read", read)
        line.set("missing", missing)
        line.set("wire", wire)
        line.set("seconds", seconds)
        if let logical { line.set("logical", logical) }
        if let snapshot { line.set("snapshot", snapshot) }
        estimate?.write(to: &line)
        return line
    }

    /// The run of `line`; nil where it lacks a field.
    init?(_ line: LedgerLine) {
        guard let scanned = line.number("scanned", UInt64.self), let read = line.number("read", UInt64.self),
            let missing = line.number("missing", UInt64.self), let wire = line.number("wire", UInt64.self),
            let seconds = line.number("seconds", Double.self), seconds.isFinite, seconds >= 0
        else { return nil }
        at = line.at
        (self.scanned, self.read, self.missing, self.wire) = (scanned, read, missing, wire)
        self.seconds = seconds
        logical = line.number("logical", UInt64.self)
        snapshot = line.number("snapshot", String.self)
        estimate = RunReport.Estimate(line)
    }
}

extension RunReport.Estimate {
    /// Adds the estimate to a line.
    func write(to line: inout LedgerLine) {
        line.set("estimated_wire", bytes)
        line.set("estimated_seconds", seconds)
        if let requests { line.set("estimated_requests", requests) }
        if let spread = money?.spread { line.set("estimated_money", spread.map(\.micros)) }
    }

    /// The estimate that a line holds; nil where it holds none.
    init?(_ line: LedgerLine) {
        guard let bytes = line.spread("estimated_wire", UInt64.self),
            let seconds = line.spread("estimated_seconds", Double.self), seconds.p10 >= 0, seconds.p90.isFinite
        else { return nil }
        let money = line.spread("estimated_money", Int64.self)?.map { Model.Money(micros: $0) }
        self.init(
            bytes: bytes, seconds: seconds, money: money.map(RunReport.Money.init),
            requests: line.spread("estimated_requests", UInt64.self))
    }
}
