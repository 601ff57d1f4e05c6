internal import Catalog
internal import Configurations
internal import Logging
internal import Model
internal import Scheduling

// Work that somebody asks for, once.
extension ServiceLoop {
    /// Takes up an errand, whose run begins as soon as there is room.
    ///
    /// - Throws: what ``Errand/check(by:)`` throws; `refused` where a policy denies it; `conflict` where the same is under
    ///   way, or was asked for in this second already.
    mutating func take(_ errand: Errand) throws(PerigeeError) -> RunID {
        try errand.check(by: settings.configuration, here: setup.here)
        let job = errand.job
        if let denial = settings.residency.denial(of: job, from: job.from, here: setup.here) {
            throw PerigeeError(.refused, denial, at: "\(job)", remedy: "name a place that the policies allow")
        }
        let id = RunID(schedule: errand.schedule, due: now)
        if let open = scheduler.state.schedules.first(where: { $0.name == id.schedule })?.runs.first {
            throw PerigeeError(
                .conflict, "this is under way", at: "\(open.id)", remedy: "wait for its end, or cancel it")
        }
        guard try setup.catalog.run(id) == nil else {
            throw PerigeeError(
                .conflict, "this was asked for in this second already", at: "\(id)", remedy: "ask again in a moment",
                canRetry: true)
        }
        try use(errands: settings.errands.filter { $0.schedule != id.schedule } + [errand])
        handle(.runNow(schedule: id.schedule))
        return id
    }

    /// Lets go of errands that are done.
    mutating func forgetErrands() {
        guard !settings.errands.isEmpty else { return }
        let open = Set(scheduler.state.schedules.lazy.filter { !$0.runs.isEmpty }.map(\.name))
        let left = settings.errands.filter { open.contains($0.schedule) }
        guard left.count < settings.errands.count else { return }
        do { try use(errands: left) } catch { setup.log.error("errands cannot be let go of: \(error)") }
    }

    /// The errands that the catalog holds and that are not done, as far as a configuration still describes them.
    static func errands(
        in state: SchedulerState, _ catalog: Catalog, _ configuration: PerigeeConfiguration
    ) throws(PerigeeError) -> [Errand] {
        var errands: [Errand] = []
        for schedule in state.schedules where Errand.has(schedule.name) {
            guard let run = schedule.runs.first, let row = try catalog.run(run.id) else { continue }
            errands.append(Errand(row.job))
        }
        return described(errands, by: configuration)
    }

    /// Those of `errands` that a configuration describes.
    static func described(_ errands: [Errand], by configuration: PerigeeConfiguration) -> [Errand] {
        errands.filter { (try? $0.check(by: configuration)) != nil }
    }

    private mutating func use(errands: [Errand]) throws(PerigeeError) {
        settings = try settings.with(errands)
        effects += scheduler.use(settings.rules, at: now)
    }
}
