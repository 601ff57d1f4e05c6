public import Catalog
internal import Foundation
public import Model

/// What a job is expected to need.
public struct WorkEstimate: Sendable {
    /// Bytes on the wire.
    public var bytes: Spread<UInt64>
    /// Seconds.
    public var seconds: Spread<Double>
    /// What it costs; nil where that is unknown.
    public var money: Spread<Money>?
    /// What the money rests on, or why it is unknown, in a sentence.
    public var pricing: String

    /// An estimate.
    public init(bytes: Spread<UInt64>, seconds: Spread<Double>, money: Spread<Money>? = nil, pricing: String = "") {
        self.bytes = bytes
        self.seconds = seconds
        self.money = money
        self.pricing = pricing
    }
}

/// Estimates work in child processes: the program itself, with its verb `estimate`, which counts what the destination lacks.
public struct ChildEstimates: Sendable {
    private let program: String
    private let options: [String]
    /// How long one estimate may take, in seconds.
    public static let timeout: Int64 = 600

    /// Estimates by `program`, whose verbs get `options` besides.
    public init(program: String, options: [String]) {
        self.program = program
        self.options = options
    }

    /// What a job would need; nothing for a check.
    ///
    /// - Throws: what the verb says, `limit` where it takes too long.
    public func estimate(_ job: JobSpecification, from: String?) throws(PerigeeError) -> WorkEstimate {
        let nothing = WorkEstimate(
            bytes: Spread(exactly: 0), seconds: Spread(exactly: 0), money: Spread(exactly: .zero))
        guard job.verb.moves, let from else { return nothing }
        var command = ChildCommand(
            [program, "estimate", "\(from):\(job.dataset)", "\(job.site):\(job.dataset)", "--json", "--quiet"] + options
        )
        command.timeout = Self.timeout
        command.grace = 5
        let outcome = try command.run()
        guard !outcome.isLate else {
            throw PerigeeError(
                .limit, "the estimate takes longer than \(Self.timeout) seconds", at: "\(job)",
                remedy: "perigee estimate \(from):\(job.dataset) \(job.site):\(job.dataset) --sampled is quicker")
        }
        let data = Data(outcome.output)
        if let report = try? JSONDecoder().decode(EstimateReport.self, from: data) {
            let wire = report.estimate
            return WorkEstimate(
                bytes: wire.bytes, seconds: wire.seconds, money: report.money?.spread,
                pricing: report.assumptions.last ?? "")
        }
        let said = WorkFault(document: String(decoding: data, as: UTF8.self))
        throw PerigeeError(
            said?.code ?? .io, said?.message ?? "the estimate ended with status \(outcome.status)",
            at: said?.place ?? "\(job)", remedy: "see what perigee estimate says of it")
    }
}
