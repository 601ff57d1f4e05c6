public import Hashing

/// What came of checking the audit log.
public enum AuditVerdict: Hashable, Sendable {
    /// Each entry follows the one before: how many, and the digest of the last.
    case sound(entries: Int64, head: Digest)
    /// The first entry that does not, and why.
    case broken(sequence: Int64, message: String)
}
