internal import Model
internal import Vault

/// One thing that is looked at for a restore's estimate, by whichever looker comes first.
enum LookAction: PlannedAction {
    /// Look whether the entry is there, and what making it would read.
    case look(Entry, existing: ScannedEntry?)
    /// The entry would be given another name.
    case rename(Entry)
    /// Help with looking what a large file would read.
    case help(LargeRestore)

    var weight: UInt64 {
        switch self {
        case .look(let entry, _), .rename(let entry): entry.attributes.size + (16 << 10)
        case .help: .max / 2
        }
    }

    /// Calls `body` with what is looked at for `action`: as many workers as would write a large file look at it, so that the
    /// reads that they rehearse come in the order of a run.
    static func of(_ action: RestoreAction, workers: Int, _ body: (LookAction) throws -> Void) throws {
        switch action {
        case .make(let entry, let existing, _):
            guard let large = LargeRestore(entry, existing: existing) else {
                return try body(.look(entry, existing: existing))
            }
            for _ in 0..<min(large.parts, workers) { try body(.help(large)) }
        case .rename(let entry, _, _): try body(.rename(entry))
        case .help(let large, _, _): try body(.help(large))
        }
    }
}
