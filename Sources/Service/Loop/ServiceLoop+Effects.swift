internal import Catalog
internal import Configurations
internal import Logging
internal import Model
internal import Scheduling
internal import Synchronization
internal import Workers

// What was decided is done, once it is written.
extension ServiceLoop {
    mutating func carryOut() {
        let decided = effects
        var starting: [AttemptWorker] = []
        effects = []
        for effect in decided {
            switch effect {
            case .start(let id, let attempt, _):
                if !isStopping, let worker = start(id, attempt) { starting.append(worker) }
            case .stop(let id, _, let reason):
                setup.log.info("\(id) is told to stop: \(reason.rawValue)")
                attempts[id]?.stop.make()
            case .ended(let record): ended(record)
            case .missed(let missed):
                service.tallies.withLock { $0.missed += UInt64(missed.count) }
                let message =
                    "\(missed.count) of its runs did not begin, the last of \(missed.last): \(missed.reason.rawValue)"
                setup.log.warning("\(missed.schedule): \(message)")
                if missed.reason == .late { tell(.late, missed.schedule, message) }
            }
        }
        // What begins has its share of links from the beginning.
        share()
        for worker in starting { attempts[worker.order.id]?.thread = launch(worker) }
        for notice in notices { setup.notices.tell(notice, settings.configuration.notices) }
        notices = []
    }

    mutating func tell(_ event: NoticeSettings.Event, _ subject: String, _ message: String, run: RunID? = nil) {
        notices.append(Notice(event, subject: subject, message: message, run: run, at: setup.clock.now()))
    }

    // MARK: Attempts

    /// Begins an attempt, but for its work, which the worker that is returned does; nil where it may not begin.
    private mutating func start(_ id: RunID, _ number: Int) -> AttemptWorker? {
        guard let job = settings.jobs[id.schedule] else { return nil }
        let from = job.verb.moves ? SourceSite.of(job, settings.configuration, replicas) : nil
        var order = WorkOrder(id: id, attempt: number, job: job, from: from)
        order.resumes = scheduler.run(id)?.isCutOff ?? false
        order.share = settings.share
        service.tallies.withLock { $0.attempts += 1 }
        let began = now
        let price = setup.price(settings.configuration, job, from)
        if let denial = settings.residency.denial(of: job, from: from, here: setup.here) ?? unpriced(id, price) {
            let result = WorkResult(.failed(canRetry: false), message: denial, code: .refused)
            service.tell(.ended(AttemptEnd(order: order, began: began, seconds: 0, result: result)))
            return nil
        }
        setup.log.info(
            "\(id) begins: \(job)",
            metadata: ["run": "\(id)", "attempt": "\(number)", "from": "\(from ?? "")"])
        note(
            id, number,
            "attempt \(number) begins\(order.resumes ? ", and goes on with what the daemon was ended at" : ""): \(job)"
                + (from.map { ", from \($0)" } ?? "") + order.share.words)
        let stop = StopRequest()
        let worker = AttemptWorker(
            service: service, order: order, began: began, stop: stop,
            hooks: settings.hooks.filter { $0.belongs(to: id.schedule) }, price: price)
        attempts[id] = Attempt(order: order, began: began, stop: stop)
        areSharesStale = true
        return worker
    }

    /// Why a run may not begin whose budget is of money, and whose price nobody knows; nil where it may.
    private func unpriced(_ id: RunID, _ price: WorkPrice) -> String? {
        guard let name = settings.schedule(id.schedule)?.specification.budget,
            settings.rules.budgets.contains(where: { $0.name == name && $0.isOfMoney }),
            case .unknown(let reason) = price
        else { return nil }
        return "the budget \(name) is of money, and the price is unknown: \(reason)"
    }

    /// An attempt has ended: what it found is noted with its end.
    mutating func take(_ end: AttemptEnd) {
        if let attempt = attempts[end.order.id], attempt.order.attempt == end.order.attempt {
            attempts[end.order.id] = nil
            attempt.thread?.join()
            areSharesStale = true
            service.note(nil, of: end.order.id)
        }
        let (id, number) = (end.order.id, end.order.attempt)
        // What was stopped because the daemon ends is gone on with when it is started again.
        if isStopping, end.result.kind == .stopped { return }
        let findings = RunFindings(end, settings.configuration, replicas, now: now)
        handle(.progress(id, attempt: number, findings.spending))
        findings.add(to: &change)
        for line in RunTelling.report(end.result.document) { note(id, number, line) }
        for replica in findings.replicas { remember(replica) }
        service.tallies.withLock { counters in
            counters.bytes += findings.spending.bytes
            counters.seconds += end.seconds
        }
        switch end.result.kind {
        case .done, .partial:
            if end.result.kind == .partial { tell(.partial, "\(id)", "not all files could be read or kept", run: id) }
            handle(.finished(id, attempt: number, .succeeded))
        case .failed(let canRetry):
            setup.log.warning(
                "\(id) failed: \(end.result.message)", metadata: ["run": "\(id)", "attempt": "\(number)"])
            if end.result.code == .refused {
                note(
                    AuditDraft(
                        actor: "policy", action: "run.start", subject: "\(id)", outcome: .refused,
                        detail: end.result.message))
                tell(.refused, "\(id)", end.result.message, run: id)
            }
            if end.result.code == .damaged { tell(.damaged, "\(id)", end.result.message, run: id) }
            note(id, number, "attempt \(number) failed: \(end.result.message)")
            handle(.finished(id, attempt: number, .failed(end.result.message, canRetry: canRetry)))
        case .stopped:
            note(id, number, "attempt \(number) has stopped where it can be gone on with")
            handle(.finished(id, attempt: number, .stopped(checkpoint: nil)))
        }
    }

    private mutating func remember(_ replica: KnownReplica) {
        if let index = replicas.firstIndex(where: { $0.dataset == replica.dataset && $0.site == replica.site }) {
            var known = replica
            known.asOf = max(known.asOf, replicas[index].asOf)
            known.snapshot = known.snapshot ?? replicas[index].snapshot
            known.bytes = known.bytes ?? replicas[index].bytes
            if replica.verified == nil, replica.damage == nil {
                (known.verified, known.damage) = (replicas[index].verified, replicas[index].damage)
            }
            replicas[index] = known
        } else {
            replicas.append(replica)
        }
        nextRuleCheck = .distantPast
    }

    private mutating func ended(_ record: RunRecord) {
        setup.log.info(
            "\(record.id) has ended: \(record.outcome.rawValue)\(record.reason.isEmpty ? "" : ": \(record.reason)")",
            metadata: ["run": "\(record.id)", "outcome": "\(record.outcome.rawValue)"])
        service.tallies.withLock { counters in
            switch record.outcome {
            case .succeeded: counters.succeeded += 1
            case .failed: counters.failed += 1
            case .stopped: counters.stopped += 1
            case .skipped: counters.skipped += 1
            }
        }
        if let job = settings.jobs[record.id.schedule] {
            setup.workshop.forget(WorkOrder(id: record.id, attempt: record.attempts, job: job, from: nil))
        }
        switch record.outcome {
        case .succeeded: tell(.done, "\(record.id)", "it did its work", run: record.id)
        case .failed: tell(.failed, "\(record.id)", record.reason, run: record.id)
        case .stopped, .skipped: break
        }
    }

    // MARK: Links

    /// Divides links among what works, when what works or the minute of the day has changed.
    mutating func share() {
        let minute = SystemProcess.minuteOfDay
        guard areSharesStale || minute != sharedMinute else { return }
        (areSharesStale, sharedMinute) = (false, minute)
        // Without any limit there is nothing to divide.
        guard settings.limitsRates || !shares.isEmpty else { return }
        let orders = attempts.values.map(\.order).sorted { $0.id < $1.id }
        let rates = LinkShares(settings, minute: minute).rates(orders)
        var told: [RunID: (attempt: Int, rate: Double?)] = [:]
        for (order, rate) in zip(orders, rates) {
            let last = shares[order.id]
            if last?.attempt != order.attempt || last?.rate != rate { setup.workshop.limit(order, to: rate) }
            told[order.id] = (order.attempt, rate)
        }
        shares = settings.limitsRates ? told : [:]
    }
}
