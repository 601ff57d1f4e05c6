internal import Configurations
internal import Model
internal import Replication
internal import Storage
internal import Vault

/// Brings a dataset to several sites, of one reading where they can share it.
///
/// The first of the vaults is made from the source; the others get its packs as they are made, and the rest from it. Trees
/// and vaults of other dedup domains are made one after the other. Each destination comes about or fails by itself.
struct ReplicationFan {
    let verb: ReplicateVerb
    let steps: [ReplicationStep]

    private struct Failure: Encodable {
        let destination: String
        let code: PerigeeError.Code
        let message: String
        let place: String?
        let remedy: String?
    }

    private struct Document: Encodable {
        let schema = "perigee.reports/1"
        let verb = "replicate"
        let dataset: String
        let reports: [RunReport]
        let failures: [Failure]
    }

    /// Brings it to all, and prints a report for each.
    func perform(_ context: Context) throws -> ExitStatus {
        var outcomes: [Outcome] = []
        var rest = steps[...]
        while let step = rest.popFirst() {
            let vaults = verb.options.dryRun ? [] : rest.filter { Self.canShare(step, $0) }
            let shared = try vaults.isEmpty ? [one(step, context)] : share(step, vaults, context)
            outcomes += shared
            let done = Set(shared.map(\.step.to.site.name))
            rest = rest.filter { !done.contains($0.to.site.name) }[...]
        }
        let order = steps.map(\.to.site.name)
        outcomes.sort {
            (order.firstIndex(of: $0.step.to.site.name) ?? 0) < (order.firstIndex(of: $1.step.to.site.name) ?? 0)
        }
        return try finish(outcomes, context)
    }

    /// What became of a destination.
    private struct Outcome {
        let step: ReplicationStep
        var report: RunReport?
        var error: PerigeeError?
        var status = ExitStatus.done
    }

    /// Whether both are vaults that are made from the same source.
    private static func canShare(_ a: ReplicationStep, _ b: ReplicationStep) -> Bool {
        !a.to.isTree && !b.to.isTree && a.choice.end.text == b.choice.end.text
    }

    private func one(_ step: ReplicationStep, _ context: Context, from source: NamedEnd? = nil) throws -> Outcome {
        var outcome = Outcome(step: step)
        context.onReport = { outcome.report = $0 }
        defer { context.onReport = nil }
        do {
            outcome.status = try step.perform(context, from: source)
        } catch {
            let fault = ErrorReport.fault(error)
            guard fault.code != .interrupted else { throw fault }
            outcome.error = fault
            outcome.status = ExitStatus(fault.code)
        }
        return outcome
    }

    /// Makes `first` from the source, and `others` of what was made for it.
    ///
    /// - Returns: what became of those that are done with; where the first failed, the others are still to be made.
    private func share(
        _ first: ReplicationStep, _ others: [ReplicationStep], _ context: Context
    ) throws -> [Outcome] {
        var (joined, failed): ([(step: ReplicationStep, vault: Vault)], [Outcome]) = ([], [])
        for other in others {
            do {
                joined.append((other, try open(other.to, context)))
            } catch {
                let fault = ErrorReport.fault(error)
                guard fault.code != .interrupted else { throw fault }
                failed.append(Outcome(step: other, error: fault, status: ExitStatus(fault.code)))
            }
        }
        let fan = FanOut(to: try joined.map { ($0.vault, try $0.step.bucket(context)) })
        let made = try make(first, fan, context)
        guard made.error == nil else { return [made] + failed }
        var outcomes = [made]
        for (index, other) in joined.enumerated() {
            var outcome = try one(other.step, context, from: first.to)
            outcome.report?.add(fan.lanes[index].outcome, from: first.choice.end.text)
            outcomes.append(outcome)
        }
        return outcomes + failed
    }

    /// Makes the first, and hands its packs on.
    private func make(_ first: ReplicationStep, _ fan: FanOut, _ context: Context) throws -> Outcome {
        guard case .vault(let place, _) = first.to.endpoint else { return try one(first, context) }
        let key = "\(place)"
        context.fanOuts[key] = fan
        defer {
            context.fanOuts[key] = nil
            fan.finish()
        }
        return try one(first, context)
    }

    private func open(_ end: NamedEnd, _ context: Context) throws -> Vault {
        _ = try NamedSites.current.resolved(Endpoint(parsing: end.text), as: end.text)
        guard case .vault(let place, _) = end.endpoint else { preconditionFailure("only vaults share") }
        return try VaultAccess.open(place, verb.secrets, context)
    }

    private func finish(_ outcomes: [Outcome], _ context: Context) throws -> ExitStatus {
        let failures = outcomes.compactMap { outcome in
            outcome.error.map {
                Failure(
                    destination: outcome.step.to.text, code: $0.code, message: $0.message, place: $0.place,
                    remedy: $0.remedy)
            }
        }
        let reports = outcomes.compactMap(\.report)
        try context.finish(Document(dataset: verb.dataset, reports: reports, failures: failures)) { style in
            reports.map { ReportText.render($0, style) }.joined(separator: "\n")
        }
        if !context.isJSON {
            try context.output.flush()
            for outcome in outcomes {
                if let error = outcome.error {
                    Diagnostics.write(ErrorReport.text(error.at(outcome.step.to.text), .standardError))
                }
            }
        }
        if !failures.isEmpty { return .failed }
        return outcomes.map(\.status).first { $0 != .done } ?? .done
    }
}

extension RunReport {
    /// Counts what a destination got as it was made for another one, which has the source's name.
    fileprivate mutating func add(_ outcome: FanOutLane.Outcome, from source: String) {
        self.source = source
        bytes.stored += outcome.bytes
        bytes.wireSent += outcome.bytes
        bytes.missing += outcome.plainBytes
        bytes.reused -= min(bytes.reused, outcome.plainBytes)
        chunks.missing += outcome.chunks
        requests.put += outcome.packs
        if let failure = outcome.failure {
            warnings.append(
                "packs stopped going there as they were made (\(failure.message)); the rest was brought after")
        }
        if outcome.missed > 0 {
            warnings.append("\(outcome.missed) packs came faster than they could be put there, and were brought after")
        }
    }
}
