internal import Model

/// What the user asked of a sync into a tree.
public struct SyncOptions: Sendable {
    /// How many deletions are too many.
    public enum DeletionLimit: Sendable, Hashable {
        /// More than so many.
        case count(UInt64)
        /// More than so many of a hundred of what the destination holds.
        case percent(Double)

        /// Reads `100` or `10%`; nil where the text is neither.
        public init?(parsing text: String) {
            if text.hasSuffix("%") {
                guard let value = Double(text.dropLast()), value >= 0, value <= 100 else { return nil }
                self = .percent(value)
            } else {
                guard let value = UInt64(text) else { return nil }
                self = .count(value)
            }
        }

        /// As it is written.
        var text: String {
            switch self {
            case .count(let most): "\(most)"
            case .percent(let most): Quantity.decimal(most, places: most == most.rounded() ? 0 : 2) + "%"
            }
        }

        /// Whether `deletions` of `total` are within the limit.
        public func allows(_ deletions: UInt64, of total: UInt64) -> Bool {
            switch self {
            case .count(let most): deletions <= most
            case .percent(let most): Double(deletions) <= Double(total) * most / 100
            }
        }
    }

    /// Only say what would be done.
    public var isDryRun = false
    /// Remove what the source does not have.
    public var deletes = false
    /// Remove nothing at all where it would be more than this.
    public var deletionLimit = DeletionLimit.percent(50)
    /// Read all files at both ends, whatever is remembered of them.
    public var comparesContent = false
    /// Treat an attribute that cannot be kept as a failure.
    public var requiresFidelity = false
    /// How far what was written is checked.
    public var verification = Verification.none
    /// Which files, how they are scanned.
    public var scan = ScanOptions()

    /// Whether what is remembered of files says nothing this time.
    var readsAll: Bool { comparesContent || verification == .full }

    /// The defaults.
    public init() {}
}
