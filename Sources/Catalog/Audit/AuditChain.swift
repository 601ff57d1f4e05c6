internal import Hashing
internal import Model

/// How entries of the audit log hang together.
///
/// The digest of an entry is BLAKE3, in the mode that derives keys, of the digest before it, the sequence, the instant
/// and the five texts: numbers as eight bytes with the lowest first, each text after its length.
enum AuditChain {
    /// The digest of an entry that follows `previous`.
    static func digest(sequence: Int64, at: Timestamp, _ draft: AuditDraft, after previous: Digest) -> Digest {
        var bytes = previous.withUnsafeBytes { Array($0) }
        func add(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        add(UInt64(bitPattern: sequence))
        add(UInt64(bitPattern: at.seconds))
        add(UInt64(at.nanoseconds))
        for text in [draft.actor, draft.action, draft.subject, draft.outcome.rawValue, draft.detail] {
            add(UInt64(text.utf8.count))
            bytes += text.utf8
        }
        var hasher = Blake3Hasher(context: "perigee 2026-11 audit log entry")
        bytes.withUnsafeBytes { hasher.update($0) }
        return hasher.finalize()
    }
}
