/// How far a run checks what it moved.
public enum Verification: String, Sendable, CaseIterable {
    /// Not beyond what the system calls answer.
    case none
    /// What was moved, against what was read.
    case transferred
    /// All of the destination, against the source.
    case full
}
