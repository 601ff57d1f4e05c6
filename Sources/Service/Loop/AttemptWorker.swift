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
        guard !hooks.isEmpty else { return perform() }
        let journal = HookJournal(AttemptFiles(state: service.setup.state, order.id).hooks)
        if !order.resumes { journal.clear() }
        let runner = HookRunner(order: order, hooks: hooks, journal: journal, stop: stop) { say($0) }
        let failure = runner.run(.before, nil, failed: count)
        // A hook that was ended because all stops has not failed.
        if stop.isMade { return WorkResult(.stopped, message: "it was stopped") }
        if let failure { return failure }
        let result = (order.resumes ? journal.failure : nil) ?? perform()
        // Work that was done has left its result; that it failed has to be known, too, so that it is told once.
        do { try journal.note(result) } catch { say("what came of it cannot be noted: \(error)") }
        // What follows runs also where the work was stopped, within its own time.
        let late = runner.run(.after, result, failed: count)
        if result.kind == .stopped { journal.clear() }
        return result.kind == .done || result.kind == .partial ? late ?? result : result
    }

    private func perform() -> WorkResult {
        let told = Mutex(ContinuousClock.now)
        return service.setup.workshop.perform(order, stop: stop) { progress in
            note(progress, told)
        } onLine: { line in
            say(line)
        }
    }

    /// Tells the log, and that of the run.
    private func say(_ line: String) {
        service.setup.log.info("\(order.id): \(line)", metadata: ["run": "\(order.id)"])
        service.tell(.said(order, line))
    }

    private func count(_ hook: Hook, _ why: String) {
        service.tallies.withLock { $0.hooksFailed += 1 }
        service.setup.log.warning("\(order.id): the hook \(hook.command) failed: \(why)")
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
}
