internal import Catalog
internal import Configurations
internal import Logging
internal import Model
internal import Scheduling
internal import Synchronization

/// Works on an attempt, on a thread of its own: what runs before it, the work, what runs after it.
struct AttemptWorker: Sendable {
    let service: Service
    let order: WorkOrder
    let began: Instant
    let stop: StopRequest
    let hooks: [Hook]
    let price: WorkPrice

    /// How often the scheduler is told what was used.
    private static let spendingInterval = Duration.seconds(5)

    /// Does all of it, and tells the loop.
    func work() {
        let start = ContinuousClock.now
        let result = result()
        let (seconds, attoseconds) = start.duration(to: .now).components
        service.tell(
            .ended(
                AttemptEnd(
                    order: order, began: began, seconds: Double(seconds) + Double(attoseconds) / 1e18, result: result,
                    price: price)))
    }

    private func result() -> WorkResult {
        let failure = run(hooks.filter { $0.moment == .before }, nil)
        // A hook that was ended because all stops has not failed.
        if stop.isMade { return WorkResult(.stopped, message: "it was stopped") }
        if let failure { return failure }
        let told = Mutex(ContinuousClock.now)
        let result = service.setup.workshop.perform(order, stop: stop) { progress in
            note(progress, told)
        } onLine: { line in
            service.setup.log.info("\(order.id): \(line)", metadata: ["run": "\(order.id)"])
        }
        // What follows runs also where the work was stopped, within its own time.
        let late = run(hooks.filter { $0.moment == .after }, result)
        if result.kind == .done || result.kind == .partial { return late ?? result }
        return result
    }

    private func note(_ progress: RunProgress, _ told: borrowing Mutex<ContinuousClock.Instant>) {
        service.note(progress, of: order.id)
        if service.events.watchers > 0, let run = service.state.runs.first(where: { $0.id == order.id }),
            let document = try? ServiceJSON.text(RunItem(run))
        {
            service.events.publish(.progress, "\(order.id)", document, at: service.setup.clock.now())
        }
        let isDue = told.withLock { last in
            guard last.duration(to: .now) >= Self.spendingInterval else { return false }
            last = .now
            return true
        }
        if isDue { service.tell(.progress(order, price.spending(bytes: progress.wire))) }
    }

    /// Runs hooks one after the other; the failure of one that is needed.
    private func run(_ hooks: [Hook], _ result: WorkResult?) -> WorkResult? {
        for hook in hooks {
            let failure = run(hook, result)
            guard let failure else { continue }
            service.tallies.withLock { $0.hooksFailed += 1 }
            service.setup.log.warning("\(order.id): the hook \(hook.command) failed: \(failure)")
            if hook.isNeeded {
                return WorkResult(
                    .failed(canRetry: true), message: "the hook \(hook.moment.rawValue) it failed: \(failure)",
                    document: result?.document)
            }
        }
        return nil
    }

    /// Runs a hook; what went wrong, nil where nothing did.
    private func run(_ hook: Hook, _ result: WorkResult?) -> String? {
        var command = ChildCommand(["/bin/sh", "-c", hook.command])
        command.environment = variables(hook, result)
        command.input = []
        command.timeout = hook.timeout
        command.grace = 5
        do {
            let outcome = try command.run(stop: hook.moment == .before ? stop : StopRequest()) { line in
                service.setup.log.info("\(order.id): \(hook.moment.rawValue): \(line)")
            }
            if outcome.isLate { return "it took more than \(hook.timeout) seconds" }
            return outcome.status == 0 ? nil : "it ended with status \(outcome.status)"
        } catch {
            return error.message
        }
    }

    private func variables(_ hook: Hook, _ result: WorkResult?) -> [String: String] {
        var out = [
            "PERIGEE_MOMENT": hook.moment.rawValue, "PERIGEE_RUN": "\(order.id)",
            "PERIGEE_SCHEDULE": order.id.schedule, "PERIGEE_DUE": "\(order.id.due)",
            "PERIGEE_ATTEMPT": "\(order.attempt)", "PERIGEE_VERB": order.job.verb.rawValue,
            "PERIGEE_DATASET": order.job.dataset, "PERIGEE_TO_SITE": order.job.site,
            "PERIGEE_FROM_SITE": order.from ?? "",
        ]
        guard let result else { return out }
        out["PERIGEE_MESSAGE"] = result.message
        out["PERIGEE_OUTCOME"] =
            switch result.kind {
            case .done: "done"
            case .partial: "partial"
            case .failed: "failed"
            case .stopped: "stopped"
            }
        return out
    }
}
