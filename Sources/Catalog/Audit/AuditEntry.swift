public import Hashing
public import Model

/// What somebody did, to be noted in the audit log.
public struct AuditDraft: Hashable, Sendable {
    /// What became of it.
    public enum Outcome: String, Sendable, Codable, CaseIterable {
        /// It was done.
        case done
        /// It was not allowed.
        case refused
        /// It went wrong.
        case failed
    }

    /// Who: `local:1000`, `token:ci`, `daemon`.
    public var actor: String
    /// What: `run.now`, `schedule.pause`, `token.add`.
    public var action: String
    /// On what.
    public var subject: String
    /// What became of it.
    public var outcome: Outcome
    /// More, as people read it; empty for nothing.
    public var detail: String

    /// A draft.
    public init(actor: String, action: String, subject: String, outcome: Outcome = .done, detail: String = "") {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.outcome = outcome
        self.detail = detail
    }
}

extension AuditDraft {
    /// The same as it is read again: the database ends a text at a zero byte, so that none may be in what is sealed.
    var storable: AuditDraft {
        func text(_ text: String) -> String { text.utf8.contains(0) ? text.replacing("\0", with: "\u{2400}") : text }
        return AuditDraft(
            actor: text(actor), action: text(action), subject: text(subject), outcome: outcome, detail: text(detail))
    }
}

/// An entry of the audit log: each names the digest of the one before it.
public struct AuditEntry: Hashable, Sendable {
    /// Its place in the log, from 1 on, without gaps.
    public let sequence: Int64
    /// When.
    public let at: Timestamp
    /// What was done.
    public let draft: AuditDraft
    /// The digest of the entry before; zeros for the first.
    public let previous: Digest
    /// The digest of all this.
    public let digest: Digest
}
