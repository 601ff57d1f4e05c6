public import Model

extension Ledger {
    /// What an estimate saw of both ends.
    public struct Seen: Sendable, Equatable {
        /// Plain bytes in the source.
        public var logical: UInt64
        /// Plain bytes of what the destination lacked.
        public var missing: UInt64
        /// The snapshot that one of the ends was; nil where both are trees.
        public var root: String?

        /// What was seen.
        public init(logical: UInt64, missing: UInt64, root: String?) {
            (self.logical, self.missing, self.root) = (logical, missing, root)
        }

        init?(_ line: LedgerLine) {
            guard let logical = line.number("seen_logical", UInt64.self),
                let missing = line.number("seen_missing", UInt64.self)
            else { return nil }
            self.init(logical: logical, missing: missing, root: line.number("seen_root", String.self))
        }

        func write(to line: inout LedgerLine) {
            line.set("seen_logical", logical)
            line.set("seen_missing", missing)
            if let root { line.set("seen_root", root) }
        }
    }

    /// What is known of a destination since somebody looked, or ran.
    public struct Known: Sendable, Equatable {
        /// As of when.
        public var at: Timestamp
        /// Plain bytes in the source, then.
        public var logical: UInt64
        /// Plain bytes of what the destination lacked of them.
        public var missing: UInt64
        /// What these would be on the wire; nil after a run.
        public var wire: Spread<UInt64>?
        /// Whether it is what a run left behind, and not what an estimate saw.
        public var isRun: Bool
        /// The snapshot that one of the ends was or became; nil where both are trees.
        public var root: String?
    }
}
