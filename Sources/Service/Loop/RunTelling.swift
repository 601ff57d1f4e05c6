internal import Catalog
internal import Foundation
internal import Model
internal import Scheduling

/// What the log of a run says of it, in sentences.
enum RunTelling {
    /// The most files and warnings of a report that are named.
    private static let namesMax = 20

    /// What an attempt has moved, what it has left out and why, by its report; nothing where that is none.
    static func report(_ document: String?) -> [String] {
        guard let document, let report = try? JSONDecoder().decode(RunReport.self, from: Data(document.utf8)) else {
            return []
        }
        let (files, bytes) = (report.files, report.bytes)
        let counts = [
            (files.new, "new"), (files.changed, "changed"), (files.renamed, "renamed"), (files.deleted, "deleted"),
            (files.unchanged, "unchanged"),
        ]
        let words = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let (wire, tooMany) = bytes.wireSent.addingReportingOverflow(bytes.wireReceived)
        var lines = [
            "files: \(words.isEmpty ? "none" : words.joined(separator: ", "))",
            "of \(ByteCount(bytes.logical)) \(ByteCount(bytes.missing)) were missing there, and "
                + "\(ByteCount(tooMany ? .max : wire)) crossed",
        ]
        lines += report.failures.prefix(namesMax).map { "left out \($0.path): \($0.message)" }
        let more = max(Int(clamping: files.failed), report.failures.count) - namesMax
        if more > 0 { lines.append("left out \(more) more, which its report names as far as it goes") }
        return lines + report.warnings.prefix(namesMax)
    }

    /// Why a run waits that is due; nil where there is nothing to say.
    static func delay(_ run: OpenRun, _ rule: ScheduleSpecification?) -> String? {
        guard run.phase == .waiting, let delay = run.delay else { return nil }
        let until = run.startsAt == .distantFuture ? "" : ", until \(run.startsAt)"
        return switch delay {
        case .window: "waits\(until): its window is not open"
        case .budget: "waits\(until): the budget \(rule?.budget ?? "") is used up"
        case .retry: "is tried again at \(run.startsAt); it may fail \(rule?.retry.attempts ?? 1) times"
        case .turn: "waits: an earlier run of its schedule is not done"
        case .slot: "waits: as many runs work as may"
        case .price: "waits\(until): the best price of the night is to come"
        }
    }

    /// Why a run is there.
    static func cause(_ run: OpenRun) -> String {
        switch run.cause {
        case .due: "it is due"
        case .madeUp: "it was due while nobody was there, and is made up for"
        case .byHand: "somebody asks for it"
        case .rule: "a replication rule wants it"
        case .needed: "what it needs is due"
        }
    }

    /// How a run ended.
    static func end(_ record: RunRecord) -> String {
        "ended: \(record.outcome.rawValue)\(record.reason.isEmpty ? "" : ", \(record.reason)")"
    }

    /// Why an attempt is told to stop.
    static func stop(_ reason: StopReason) -> String {
        switch reason {
        case .cancelled: "is told to stop: it was cancelled"
        case .replaced: "is told to stop: a later run takes its place"
        case .windowClosed: "is told to stop: its window has closed"
        case .budgetUsedUp: "is told to stop: its budget is used up"
        }
    }
}
