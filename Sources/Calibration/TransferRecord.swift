public import Model

/// What a transfer came to, beside what was expected of it: a line of the ledger.
public struct TransferRecord: Equatable, Sendable {
    /// What was expected, each figure with its spread.
    public struct Expected: Equatable, Sendable {
        /// Bytes on the wire.
        public var bytes: Spread<UInt64>
        /// Seconds from start to end.
        public var seconds: Spread<Double>
        /// Requests to stores; nil where nobody said.
        public var requests: Spread<UInt64>?
        /// Money; nil where the price is unknown.
        public var money: Spread<Money>?

        /// What was expected.
        public init(
            bytes: Spread<UInt64>, seconds: Spread<Double>, requests: Spread<UInt64>? = nil,
            money: Spread<Money>? = nil
        ) {
            self.bytes = bytes
            self.seconds = seconds
            self.requests = requests
            self.money = money
        }
    }

    /// When it ended.
    public var at: Timestamp
    /// The verb: `sync`, `replicate`, `snapshot`, `restore`.
    public var verb: String
    /// Where the data came from, as it was written.
    public var source: String
    /// Where it went, as it was written.
    public var destination: String
    /// The link that it crossed, `berlin -> virginia`; nil where it stayed on one host.
    public var link: String?
    /// What was expected; nil where nobody could say.
    public var expected: Expected?
    /// Whether that was found by looking at both ends for this transfer, and not from what earlier ones came to.
    public var isAsked = false
    /// Bytes that crossed.
    public var bytes: UInt64
    /// Plain bytes that the destination lacked.
    public var missing: UInt64
    /// How long it took, in seconds.
    public var seconds: Double
    /// Requests to stores.
    public var requests: UInt64
    /// What it cost; nil where the price is unknown.
    public var money: Money?
    /// The entries of the price book that it was priced by; empty where none was.
    public var tariffs: [String] = []

    /// A transfer.
    public init(
        at: Timestamp, verb: String, source: String, destination: String, bytes: UInt64, missing: UInt64,
        seconds: Double, requests: UInt64
    ) {
        self.at = at
        self.verb = verb
        self.source = source
        self.destination = destination
        self.bytes = bytes
        self.missing = missing
        self.seconds = seconds
        self.requests = requests
    }
}
