internal import Catalog
internal import Configurations
internal import Logging
internal import Model
internal import Scheduling

// What rules want.
extension ServiceLoop {
    /// After a run for a rule has failed, another one is not made for so many seconds.
    static let holdOff: Int64 = 900

    /// Makes a run for each copy that is lacking, or that is half as old as it may be.
    ///
    /// Half, so that there is time for the run, and for trying again, before the copy is too old.
    mutating func checkRules() {
        nextRuleCheck = now + Self.ruleInterval
        for target in settings.targets where !target.isSource && target.refusal == nil {
            guard isNeeded(target), !isUnderWay(target), !isHeldOff(target) else { continue }
            setup.log.info("the rule \(target.rule) wants \(target.dataset) at \(target.site)")
            note(
                AuditDraft(
                    actor: "rule:\(target.rule)", action: "run.now", subject: target.schedule,
                    detail: RunID(schedule: target.schedule, due: now).description))
            handle(.runForRule(schedule: target.schedule))
        }
        tellLate()
    }

    /// What is known of the copy that a rule wants.
    func known(_ target: RuleTarget) -> KnownReplica? {
        replicas.first { $0.dataset == target.dataset && $0.site == target.site && $0.asOf != .distantPast }
    }

    private func isNeeded(_ target: RuleTarget) -> Bool {
        guard let known = known(target) else { return true }
        guard let rpo = target.rpo else { return false }
        return now - known.asOf >= max(1, rpo / 2)
    }

    private func isUnderWay(_ target: RuleTarget) -> Bool {
        let jobs = settings.jobs
        return scheduler.state.schedules.contains { schedule in
            guard let job = jobs[schedule.name], job.verb == .replicate, job.dataset == target.dataset,
                job.site == target.site
            else { return false }
            return !schedule.runs.isEmpty || (schedule.name == target.schedule && schedule.isPaused)
        }
    }

    private func isHeldOff(_ target: RuleTarget) -> Bool {
        guard let last = try? setup.catalog.lastEnded(of: target.schedule), last.state != .succeeded,
            let ended = last.ended
        else { return false }
        return now - ended < Self.holdOff
    }

    /// Tells once of each copy that is older than it may be.
    private mutating func tellLate() {
        for target in settings.targets where !target.isSource {
            guard let rpo = target.rpo, let known = known(target) else { continue }
            guard now - known.asOf > rpo else {
                lateTold.remove(target.schedule)
                continue
            }
            guard lateTold.insert(target.schedule).inserted else { continue }
            tell(
                .late, "\(target.dataset) at \(target.site)",
                "the copy is of \(known.asOf), and the rule \(target.rule) allows \(rpo) seconds")
        }
    }
}
