internal import Model

/// One thing that a sync does to the destination, by whichever worker comes first.
enum SyncAction: PlannedAction {
    /// Make the file like the source's; where `existing` has the same size, look first whether it already is. `known` is
    /// what the record says of the path.
    case write(ScannedEntry, existing: ScannedEntry?, group: UInt64?, known: RecordEntry?)
    /// Make the link, pipe, socket name or node.
    case special(ScannedEntry, existing: ScannedEntry?, group: UInt64?)
    /// Give the destination's `old` the name of the entry. Where the bytes are not certain to be the same, compare first.
    case rename(ScannedEntry, old: RecordEntry, isCertain: Bool)

    /// The source's entry.
    var scanned: ScannedEntry {
        switch self {
        case .write(let scanned, _, _, _), .special(let scanned, _, _), .rename(let scanned, _, _): scanned
        }
    }

    /// What the action costs, about, in bytes: small files cost more than their bytes.
    var weight: UInt64 { scanned.attributes.size + (16 << 10) }
}
