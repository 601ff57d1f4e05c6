internal import Model

/// What the destination of an estimate found, as one site tells it to another.
public struct ForeseenRun: Codable, Sendable {
    /// How many files would come to what.
    var run: RunReport
    /// What would have to be moved.
    var findings: EstimateFindings

    /// What a rehearsal sends and a run does not, in bytes: what was counted is told in the place of data.
    ///
    /// Seen of transfers of 17 KiB to 23 MiB: 120 to 130 bytes to another host, 130 to 210 from there.
    private static let told: (there: UInt64, here: UInt64) = (120, 180)

    /// Says what would cross, by what has crossed both ways on the connection on which it was rehearsed.
    ///
    /// - Parameter toHere: whether data would come to this host.
    public mutating func account(sent: UInt64, received: UInt64, toHere: Bool = false) {
        guard let withheld = findings.withheld else { return }
        let told = min(sent, toHere ? Self.told.here : Self.told.there)
        findings.wire = withheld.map { $0 + sent - told }
        findings.wireBack = received
    }

    /// What `tally` counted and what was found.
    init(_ findings: EstimateFindings, _ tally: Tally) {
        run = RunReport(verb: EstimateReport.verb, source: "", destination: "")
        tally.fill(&run)
        self.findings = findings
    }

    private enum CodingKeys: CodingKey {
        case run, findings
    }

    /// Decodes what another site tells.
    ///
    /// - Throws: where its figures cannot be: percentiles out of order, times below zero.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        run = try box.decode(RunReport.self, forKey: .run)
        findings = try box.decode(EstimateFindings.self, forKey: .findings)
        let spreads = [
            findings.wire, findings.stored, findings.requests.put, findings.requests.get, findings.requests.list,
        ]
        guard spreads.allSatisfy({ $0.p10 <= $0.p50 && $0.p50 <= $0.p90 && $0.p90 < 1 << 62 }),
            findings.localSeconds.isFinite, findings.localSeconds >= 0
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .findings, in: box, debugDescription: "figures that cannot be")
        }
    }
}
