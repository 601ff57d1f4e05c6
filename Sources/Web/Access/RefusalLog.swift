internal import Catalog
internal import Logging
internal import Model
internal import Synchronization

/// Notes each refused request in the log and in the audit log.
///
/// Somebody who only wants to fill a disk is not helped: beyond some a second refusals are counted, and the count is noted
/// with the next one.
final class RefusalLog: Sendable {
    private struct State {
        var second: Int64 = 0
        var noted = 0
        var counted = 0
    }

    private let desk: any Desk
    private let logger: Logger
    private let state = Mutex(State())

    /// A log that notes with `desk` and `logger`.
    init(_ desk: any Desk, _ logger: Logger) { (self.desk, self.logger) = (desk, logger) }

    /// Notes that a request was refused.
    func note(
        actor: String, method: String, path: String, status: Int, reason: String, address: String, request: String
    ) {
        let second = desk.now.seconds
        let (isNoted, before) = state.withLock { state -> (Bool, Int) in
            if state.second != second { (state.second, state.noted) = (second, 0) }
            guard state.noted < WebLimits.refusalsPerSecond else {
                state.counted += 1
                return (false, 0)
            }
            state.noted += 1
            defer { state.counted = 0 }
            return (true, state.counted)
        }
        guard isNoted else { return }
        var metadata: Logger.Metadata = [
            "actor": "\(actor)", "method": "\(method)", "path": "\(path)", "status": "\(status)",
            "reason": "\(reason)", "address": "\(address)", "request": "\(request)",
        ]
        if before > 0 { metadata["not_noted_before"] = "\(before)" }
        logger.warning("request refused", metadata: metadata)
        let detail = JSONValue.object([
            ("status", .integer(Int64(status))), ("reason", .text(reason)), ("address", .text(address)),
            ("request", .text(request)), ("not_noted_before", .integer(Int64(before))),
        ])
        let draft = AuditDraft(
            actor: actor, action: "http.\(method.lowercased())", subject: String(path.prefix(256)), outcome: .refused,
            detail: String(decoding: detail.document.dropLast(), as: UTF8.self))
        do {
            try desk.append(draft)
        } catch {
            logger.error("a refused request could not be noted", metadata: ["error": "\(error)"])
        }
    }
}
