internal import Model
public import Placement

/// Makes jobs of a decision: what is brought where, what runs, what goes back.
public struct JobPlanner {
    /// A name becomes part of a path, and has at most so many bytes.
    public static let nameMax = 200
    private let scenario: Scenario
    private let decision: Explanation
    private let places: JobPlaces
    private let cause: String

    /// A planner for a decision about `scenario`, whose prices are known.
    ///
    /// - Parameter cause: tells what was decided by from other things.
    public init(_ scenario: Scenario, _ decision: Explanation, places: JobPlaces, cause: String) {
        self.scenario = scenario
        self.decision = decision
        self.places = places
        self.cause = cause
    }

    /// A job that was made, and where its folder is.
    private struct Made {
        var id: JobID
        var site: String
        var folder: JobPlaces.Place
    }

    /// The jobs of `batch`, one for each workload, those that others need first.
    ///
    /// - Throws: `usage` where something is said nowhere, each with what to write.
    public func jobs(batch: String, at now: Double) throws -> [JobRecord] {
        var made: [String: Made] = [:]
        var out: [JobRecord] = []
        for (index, work) in scenario.workloads.enumerated() {
            guard let choice = decision.placements.first(where: { $0.workload == work.name }),
                let site = scenario.sites.first(where: { $0.name == choice.site }),
                let offer = site.offers.first(where: { $0.name == choice.offer })
            else { preconditionFailure("a decision is about its scenario") }
            let id = JobID(batch: batch, number: index + 1)
            out.append(try job(id, work, choice, offer, &made, now))
        }
        return out
    }

    private func job(
        _ id: JobID, _ work: Scenario.Workload, _ choice: Explanation.Choice, _ offer: Scenario.Offer,
        _ made: inout [String: Made], _ now: Double
    ) throws -> JobRecord {
        guard let run = work.run, let named = offer.executor else {
            throw PerigeeError(
                .usage, "\(work.name) cannot be run at \(choice.site) on \(offer.name)", at: scenario.name,
                remedy: "write run: below the workload and executor: below the offer")
        }
        let (executor, base) = try places.executor(named, choice.site)
        let here = Made(id: id, site: choice.site, folder: base.below("\(id)"))
        for name in work.outputs.map(\.name) + work.reads.map(\.name) { try check(name, work) }
        var (inputs, stages) = try brought(work, choice)
        for read in work.reads {
            guard let (input, stage) = try handed(read, here, made) else { continue }
            inputs.append(input)
            if let stage { stages.append(stage) }
        }
        made[work.name] = here
        let order = JobOrder(
            executor: executor, run: run, inputs: inputs, outputs: work.outputs.map(\.name), folder: here.folder.path,
            machines: work.machines)
        let rate = JobRate(
            hour: offer.price.price ?? .zero, machines: work.machines, minimumBilling: offer.minimumBilling)
        let job = JobRecord(
            id: id, cause: cause, scenario: scenario.name, workload: work.name, site: choice.site, offer: offer.name,
            way: choice.way, order: order, parents: parents(work).compactMap { made[$0]?.id },
            notBefore: choice.waits > 0 ? now + choice.waits : nil, expected: expected(work, choice, offer, rate),
            rate: rate, stages: stages, returns: try returns(work, choice, here), at: now)
        // Two names that make one variable, and what a pod would lose, are told before anything runs.
        _ = try JobScript.variables(job)
        if executor.kind == .kubernetes { _ = try KubernetesManifest(job) }
        return job
    }

    private func parents(_ work: Scenario.Workload) -> [String] {
        var out = work.after
        for read in work.reads {
            if let dot = read.name.lastIndex(of: "."), !scenario.datasets.contains(where: { $0.name == read.name }) {
                out.append(String(read.name[..<dot]))
            }
        }
        return Set(out).sorted()
    }

    /// Datasets that are read, and what of them is brought before.
    private func brought(
        _ work: Scenario.Workload, _ choice: Explanation.Choice
    ) throws -> ([JobOrder.Input], [JobMove]) {
        var inputs: [JobOrder.Input] = []
        var stages: [JobMove] = []
        for read in work.reads {
            guard let dataset = scenario.datasets.first(where: { $0.name == read.name }) else { continue }
            let place = try places.dataset(dataset, choice.site)
            inputs.append(JobOrder.Input(name: dataset.name, path: place.path))
            guard let stage = choice.stages.first(where: { $0.dataset == dataset.name }) else { continue }
            for sender in stage.from {
                let from = try places.dataset(dataset, sender.site)
                let share = stage.bytes == 0 ? 0 : Double(sender.bytes) / Double(stage.bytes)
                stages.append(
                    JobMove(
                        name: dataset.name, isDataset: true, fromSite: sender.site, toSite: choice.site,
                        from: from.endpoint, to: place.endpoint,
                        expected: JobMove.Expected(
                            bytes: sender.bytes, seconds: stage.seconds * share,
                            money: Money(nearestDollars: stage.money.dollars * share))))
            }
        }
        return (inputs, stages)
    }

    /// What another workload of the batch makes and this one reads; nil for a dataset.
    private func handed(
        _ read: Scenario.Read, _ here: Made, _ made: [String: Made]
    ) throws -> (JobOrder.Input, JobMove?)? {
        guard !scenario.datasets.contains(where: { $0.name == read.name }),
            let dot = read.name.lastIndex(of: "."), let maker = made[String(read.name[..<dot])]
        else { return nil }
        let source = maker.folder.below("outputs/\(read.name[read.name.index(after: dot)...])")
        let (endpoint, base) = (maker.folder.endpoint, here.folder.endpoint)
        // The folders of jobs of one executor lie beside each other.
        if maker.site == here.site, endpoint.dropLast("\(maker.id)".count) == base.dropLast("\(here.id)".count) {
            return (JobOrder.Input(name: read.name, path: source.path), nil)
        }
        let target = here.folder.below("inputs/\(read.name)")
        let move = JobMove(
            name: read.name, isDataset: false, fromSite: maker.site, toSite: here.site, from: source.endpoint,
            to: target.endpoint)
        return (JobOrder.Input(name: read.name, path: target.path), move)
    }

    /// What goes where it must be in the end.
    private func returns(_ work: Scenario.Workload, _ choice: Explanation.Choice, _ here: Made) throws -> [JobMove] {
        let away = work.outputs.filter { $0.to != nil && $0.to != choice.site }
        let bytes = away.reduce(0) { $0 + Double($1.size) * $1.ratio }
        let money = work.runs == 1 ? choice.waterfall.first?.lines[CostLine.results.name] ?? .zero : nil
        return try work.outputs.compactMap { output in
            let site = output.to ?? choice.site
            guard let written = output.paths[site] else {
                if output.to == nil || output.to == choice.site { return nil }
                throw PerigeeError(
                    .usage, "nothing says where \(work.name).\(output.name) goes at \(site)", at: scenario.name,
                    remedy: "write paths: {\(site): /folder} below the output")
            }
            let target = try places.written(written, site)
            let wire = site == choice.site ? 0 : Double(output.size) * output.ratio
            return JobMove(
                name: "\(work.name).\(output.name)", isDataset: false, fromSite: choice.site, toSite: site,
                from: here.folder.below("outputs/\(output.name)").endpoint, to: target.endpoint,
                expected: money.map {
                    JobMove.Expected(
                        bytes: UInt64(min(wire, 0x1p62)), seconds: 0,
                        money: bytes == 0 ? .zero : Money(nearestDollars: $0.dollars * wire / bytes))
                })
        }
    }

    private func expected(
        _ work: Scenario.Workload, _ choice: Explanation.Choice, _ offer: Scenario.Offer, _ rate: JobRate
    ) -> JobFigures {
        let stated = work.runtimeByOffer["\(choice.site)/\(offer.name)"] ?? work.runtimeByOffer[offer.name]
        let seconds = stated ?? work.runtime.map { $0 / offer.speed } ?? 0
        return JobFigures(
            staging: choice.stages.map(\.seconds).max() ?? 0, queue: offer.queue, work: seconds,
            returning: max(0, choice.ends - choice.begins - seconds), bytes: choice.bytes,
            compute: rate.cost(seconds), money: work.runs == 1 ? choice.money : nil)
    }

    private func check(_ name: String, _ work: Scenario.Workload) throws {
        let isHidden = name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f }
        guard
            name.isEmpty || name == "." || name == ".." || name.contains("/") || isHidden
                || name.utf8.count > Self.nameMax
        else { return }
        throw PerigeeError(
            .usage, "\"\(name)\" cannot be the name of a folder", at: work.name,
            remedy: "give it a name of at most \(Self.nameMax) bytes without slashes")
    }
}
