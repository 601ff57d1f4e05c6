internal import Hashing
internal import Model
internal import Vault

/// One thing that a restore does, by whichever worker comes first.
enum RestoreAction: PlannedAction {
    /// Make the file, link, pipe or node as the snapshot has it; where `existing` has its size, look first whether it is.
    case make(Entry, existing: ScannedEntry?, Digest)
    /// Give the destination's `old`, which is as the snapshot has the entry, the entry's name.
    case rename(Entry, old: RecordEntry, Digest)
    /// Help with a large file, which is written aside and has this fingerprint.
    case help(LargeRestore, to: AsideFile, Digest)

    /// What the action costs, about, in bytes.
    var weight: UInt64 {
        switch self {
        case .make(let entry, _, _), .rename(let entry, _, _): entry.attributes.size + (16 << 10)
        case .help: .max / 2
        }
    }
}
