internal import Calibration
internal import Configurations
internal import Model
internal import Replication

/// How right estimates were: what `status --ledger` prints.
struct LedgerStatus: Encodable {
    /// How right they were of one link, and how fast that is by what was seen of it.
    struct Link: Encodable {
        let link: String?
        let score: LedgerScore
    }

    /// A transfer of the ledger, for programs.
    struct Row: Encodable {
        let at: String
        let verb: String
        let source: String
        let destination: String
        let link: String?
        let asked: Bool
        let expected: RunReport.Estimate?
        let bytes: UInt64
        let seconds: Double
        let requests: UInt64
        let money: Money?
        let tariffs: [String]

        private enum CodingKeys: String, CodingKey {
            case at, verb, source, destination, link, asked, expected, bytes, seconds, requests, money, tariffs
        }

        /// Encodes all members; what is unknown as null.
        func encode(to encoder: any Encoder) throws {
            var box = encoder.container(keyedBy: CodingKeys.self)
            try box.encode(at, forKey: .at)
            try box.encode(verb, forKey: .verb)
            try box.encode(source, forKey: .source)
            try box.encode(destination, forKey: .destination)
            try box.encode(link, forKey: .link)
            try box.encode(asked, forKey: .asked)
            try box.encode(expected, forKey: .expected)
            try box.encode(bytes, forKey: .bytes)
            try box.encode(seconds, forKey: .seconds)
            try box.encode(requests, forKey: .requests)
            try box.encode(money, forKey: .money)
            try box.encode(tariffs, forKey: .tariffs)
        }
    }

    /// A link by what probes and transfers have shown of it.
    struct Rate: Encodable {
        let from: String
        let to: String
        let bandwidth: Spread<Double>
        let roundTrip: Double
        let at: String
        let probes: Int
        let transfers: Int

        enum CodingKeys: String, CodingKey {
            case from, to, bandwidth, at, probes, transfers
            case roundTrip = "round_trip"
        }
    }

    /// So many transfers are shown.
    static let shownMax = 20

    let schema = "perigee.ledger/1"
    let since: String?
    let score: LedgerScore
    let links: [Link]
    let rates: [Rate]
    let transfers: [Row]

    /// The ledger of a run's state folder; `configuration` tells which links there are, where there is one.
    init(_ context: Context, _ configuration: LoadedConfiguration?) throws {
        let records = try context.ledger.last(LedgerFile.recordsMax)
        since = records.first?.at.rfc3339
        score = LedgerScore(records)
        links = LedgerScore.byLink(records).map { Link(link: $0.link, score: $0.score) }
        transfers = records.suffix(Self.shownMax).map(Row.init)
        let state = StateFolder(path: context.options.stateFolder)
        rates = (configuration?.configuration.links ?? []).compactMap { link in
            configuration?.memory(of: link, state).flatMap { Rate(link.from, link.to, $0.memory, up: $0.isUp) }
        }
    }

    /// Prints it.
    func print(_ context: Context) throws -> ExitStatus {
        try context.finish(self) { LedgerText.render(self, $0) }
        return .done
    }
}

extension LedgerStatus.Row {
    init(_ record: TransferRecord) {
        (at, verb, source, destination) = (record.at.rfc3339, record.verb, record.source, record.destination)
        (link, asked, bytes, seconds) = (record.link, record.isAsked, record.bytes, record.seconds)
        (requests, money, tariffs) = (record.requests, record.money, record.tariffs)
        expected = record.expected.map {
            RunReport.Estimate(
                bytes: $0.bytes, seconds: $0.seconds, money: $0.money.map { RunReport.Money($0) },
                requests: $0.requests)
        }
    }
}

extension LedgerStatus.Rate {
    fileprivate init?(_ from: String, _ to: String, _ memory: LinkMemory, up isUp: Bool) {
        guard let seen = memory.rate(up: isUp) else { return nil }
        self.init(
            from: from, to: to, bandwidth: seen.rate, roundTrip: memory.roundTrip, at: seen.at.rfc3339,
            probes: seen.probes, transfers: seen.transfers)
    }
}
