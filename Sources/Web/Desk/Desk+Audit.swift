internal import Catalog

extension Desk {
    /// Does something on behalf of `caller`, and notes in the audit log that it was done, or failed and why.
    func noted<Value>(
        _ action: String, _ subject: String, _ detail: String = "", by caller: Caller, _ body: () throws -> Value
    ) throws -> Value {
        var draft = AuditDraft(
            actor: caller.name, action: action, subject: String(subject.prefix(256)), detail: detail)
        let value: Value
        do {
            value = try body()
        } catch {
            let fault: any Error = (error as? Problem)?.fault ?? error
            (draft.outcome, draft.detail) = (.failed, "\(fault)")
            try append(draft)
            throw error
        }
        try append(draft)
        return value
    }
}
