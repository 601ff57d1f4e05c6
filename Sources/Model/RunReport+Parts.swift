extension RunReport {
    /// How many names of the tree came to what; folders, links and nodes count as files do.
    public struct Files: Codable, Sendable, Equatable {
        /// Looked at in the source.
        public var scanned: UInt64 = 0
        /// Found equal at the destination and left alone.
        public var unchanged: UInt64 = 0
        /// Made at the destination.
        public var new: UInt64 = 0
        /// Replaced or given other attributes.
        public var changed: UInt64 = 0
        /// Renamed at the destination, their bytes not moved.
        public var renamed: UInt64 = 0
        /// Deleted at the destination.
        public var deleted: UInt64 = 0
        /// Not read or not kept; each is among the failures.
        public var failed: UInt64 = 0

        /// None yet.
        public init() {}
    }

    /// Where the bytes went.
    public struct Bytes: Codable, Sendable, Equatable {
        /// In the files of the source.
        public var logical: UInt64 = 0
        /// Read from the source.
        public var read: UInt64 = 0
        /// Plain bytes of the chunks that the destination lacked.
        public var missing: UInt64 = 0
        /// Plain bytes that the destination had already.
        public var reused: UInt64 = 0
        /// Sent from the source's end to the destination's, all overhead included.
        public var wireSent: UInt64 = 0
        /// Received the other way.
        public var wireReceived: UInt64 = 0
        /// What the destination grew by.
        public var stored: UInt64 = 0

        /// None yet.
        public init() {}

        private enum CodingKeys: String, CodingKey {
            case logical, read, missing, reused, stored
            case wireSent = "wire_sent"
            case wireReceived = "wire_received"
        }
    }

    /// How many chunks there were.
    public struct Chunks: Codable, Sendable, Equatable {
        /// In all that was cut.
        public var total: UInt64 = 0
        /// Lacking at the destination.
        public var missing: UInt64 = 0

        /// None yet.
        public init() {}
    }

    /// What was asked of the stores.
    public struct Requests: Codable, Sendable, Equatable {
        /// Writes and deletes.
        public var put: UInt64 = 0
        /// Reads and questions after one blob.
        public var get: UInt64 = 0
        /// Listings.
        public var list: UInt64 = 0

        /// None yet.
        public init() {}
    }

    /// How long each phase took; phases overlap, so that they need not add up.
    public struct Seconds: Codable, Sendable, Equatable {
        /// From start to end.
        public var total = 0.0
        /// Reaching the other end and listing the trees, until something is to be moved.
        public var scan = 0.0
        /// Reading, cutting, sealing and moving.
        public var transfer = 0.0
        /// Putting in place what arrived.
        public var publish = 0.0

        /// None yet.
        public init() {}
    }

    /// What was expected beforehand, each figure with its spread.
    public struct Estimate: Codable, Sendable, Equatable {
        /// Bytes on the wire.
        public var bytes: Spread<UInt64>
        /// Time from start to end.
        public var seconds: Spread<Double>
        /// Money, in dollars as text with cents at least; nil where the price is unknown, which is not the same as nothing.
        public var money: Money?
        /// Requests to the stores; nil where none are made.
        public var requests: Spread<UInt64>?

        /// An estimate.
        public init(
            bytes: Spread<UInt64>, seconds: Spread<Double>, money: Money? = nil,
            requests: Spread<UInt64>? = nil
        ) {
            self.bytes = bytes
            self.seconds = seconds
            self.money = money
            self.requests = requests
        }

        private enum CodingKeys: String, CodingKey { case bytes, seconds, money, requests }

        /// Encodes the members; unknown money as null.
        public func encode(to encoder: any Encoder) throws {
            var box = encoder.container(keyedBy: CodingKeys.self)
            try box.encode(bytes, forKey: .bytes)
            try box.encode(seconds, forKey: .seconds)
            try box.encode(money, forKey: .money)
            try box.encodeIfPresent(requests, forKey: .requests)
        }
    }

    /// Dollars as decimal text, which no floating point rounds.
    public struct Money: Codable, Sendable, Equatable {
        /// Nine in ten outcomes are above this; nil where it is as the median.
        public var p10: String?
        /// Half of the outcomes are above this.
        public var p50: String
        /// One in ten outcomes is above this; nil where it is as the median.
        public var p90: String?

        /// An amount.
        public init(p10: String? = nil, p50: String, p90: String? = nil) {
            self.p10 = p10
            self.p50 = p50
            self.p90 = p90
        }
    }

    /// A file that could not be read or kept.
    public struct Failure: Codable, Sendable, Equatable {
        /// Its path in the tree; bytes that are not text as `\xNN`.
        public var path: String
        /// The code of the error.
        public var code: PerigeeError.Code
        /// What happened.
        public var message: String

        /// A failure.
        public init(path: String, code: PerigeeError.Code, message: String) {
            self.path = path
            self.code = code
            self.message = message
        }
    }

    /// Which way a dataset took, and why that one.
    public struct Route: Codable, Sendable, Equatable {
        /// The site from which it came.
        public var from: String
        /// The site to which it went.
        public var to: String
        /// The site through which it went; nil where there was none.
        public var via: String?
        /// Why it came from there, in one sentence without a full stop.
        public var reason: String

        /// A route.
        public init(from: String, to: String, via: String? = nil, reason: String) {
            self.from = from
            self.to = to
            self.via = via
            self.reason = reason
        }
    }
}

extension RunReport.Money {
    /// Amounts as text, to the micro-dollar.
    public init(_ spread: Spread<Model.Money>) {
        self.init(p10: spread.p10.decimal, p50: spread.p50.decimal, p90: spread.p90.decimal)
    }

    /// The amounts; nil where a text is none, or they are out of order.
    public var spread: Spread<Model.Money>? {
        guard let low = Model.Money(parsing: p10 ?? p50), let middle = Model.Money(parsing: p50),
            let high = Model.Money(parsing: p90 ?? p50), low <= middle, middle <= high
        else { return nil }
        return Spread(p10: low, p50: middle, p90: high)
    }
}
