internal import Model

/// Why a request came to nothing, as far as it is known: what the server answered, or what kept it from answering.
struct S3Failure: Error {
    /// The HTTP status; 0 where no answer came.
    var status = 0
    /// The store's word for it, such as `NoSuchKey`; empty where it said none.
    var code = ""
    /// The store's sentence, or what the network said, as plain text of moderate length.
    var message = ""
    /// The store wishes to be left alone for so long.
    var retryAfter: Duration?
    /// The region that the store names as the right one.
    var region: String?
    /// How many seconds the store's clock is ahead of this machine's; nil where it does not say.
    var clockAhead: Double?
    /// Whether an earlier attempt may have done what was asked, without anybody hearing of it.
    var isUncertain = false
    /// Whether nothing in the answer is of an object store: neither its words for an error nor any of its headers.
    var isForeign = false
    /// What kept an answer from coming.
    var obstacle = Obstacle.none

    /// What kept an answer from coming, by what follows from it.
    enum Obstacle {
        /// Nothing: there is an answer.
        case none
        /// The connection broke, or nothing came for too long.
        case broken
        /// No connection was made.
        case unreached
        /// No connection is to be made: the certificate is not one to trust.
        case untrusted
        /// More bytes came than were asked for.
        case tooLong
        /// The body could not be read on this machine.
        case ownBody
    }

    /// What is not an answer.
    init(_ obstacle: Obstacle, _ message: String) {
        self.obstacle = obstacle
        self.message = Self.plain(message)
    }

    /// An answer that is not good; `time` is this machine's.
    init(_ response: S3Response, at time: Timestamp) {
        status = response.status
        if let document = try? XMLElement(parsing: response.body) {
            let error = document.name == "Error" ? document : document.children.first { $0.name == "Error" }
            code = Self.plain(error?["Code"] ?? "")
            message = Self.plain(error?["Message"] ?? "")
            region = error?["Region"].map(Self.plain)
        }
        region = region ?? response.headers["x-amz-bucket-region"].map(Self.plain)
        if let seconds = response.headers["retry-after"].flatMap({ Int64($0) }), seconds >= 0 {
            retryAfter = .seconds(min(seconds, Self.retryAfterSecondsMax))
        }
        clockAhead = response.date.map { $0.seconds(since: time) }
        isForeign = code.isEmpty && !response.headers.keys.contains { $0.hasPrefix("x-amz") }
    }

    /// Whether the store says that there is no such object: not that there is no bucket, and not another server.
    var isAbsence: Bool { status == 404 && code != "NoSuchBucket" && !isForeign }

    /// No longer wish of a store is honoured.
    static let retryAfterSecondsMax: Int64 = 60
    /// Signatures are refused when clocks differ by more than a quarter of an hour.
    static let skewSecondsMax = 14.0 * 60

    /// Whether the clocks are what is wrong.
    var isSkew: Bool {
        code == "RequestTimeTooSkewed" || (status == 403 && code.isEmpty && abs(clockAhead ?? 0) > Self.skewSecondsMax)
    }

    /// Whether the same request can go well a little later.
    var canRetry: Bool {
        switch status {
        case 0: return obstacle == .broken || obstacle == .unreached
        case 408, 429, 500, 502, 503, 504: return true
        case 409: return ["ConditionalRequestConflict", "OperationAborted"].contains(code)
        case 400: return ["RequestTimeout", "BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody"].contains(code)
        default: return false
        }
    }

    /// Whether the server may have done what was asked all the same.
    var leavesDoubt: Bool { obstacle == .broken || status >= 500 || code == "RequestTimeout" }

    /// Printable ASCII of moderate length: servers may say anything.
    private static func plain(_ text: String) -> String {
        String(decoding: text.utf8.prefix(300).map { $0 >= 0x20 && $0 < 0x7f ? $0 : UInt8(ascii: " ") }, as: UTF8.self)
    }
}
