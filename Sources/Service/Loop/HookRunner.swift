#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Runs the hooks of an attempt, each once for its work: an attempt that goes on with what a killed daemon has left runs
/// none again that has run.
struct HookRunner: Sendable {
    let order: WorkOrder
    let hooks: [Hook]
    let journal: HookJournal
    /// Asks hooks before the work to stop.
    let stop: StopRequest
    /// Tells the log of the run.
    let say: @Sendable (String) -> Void

    /// How often is looked whether a hook has ended that another daemon has begun, in microseconds.
    private static let interval: UInt32 = 50_000
    /// How long a hook has to stop once it is asked to, in seconds.
    private static let grace: Int64 = 5
    /// What is noted as the status of a hook that took too long.
    private static let lateStatus: Int32 = -1
    /// The most lines of a hook's output that are told: the last ones.
    private static let linesMax = 20

    /// How a hook came out.
    private enum End {
        case done
        case failed(String)
        /// All stops.
        case stopped
    }

    /// Runs those of a moment, one after the other; why the attempt fails, nil where it does not.
    ///
    /// - Parameter failed: told of each that failed.
    func run(_ moment: Hook.Moment, _ result: WorkResult?, failed: (Hook, String) -> Void) -> WorkResult? {
        for (number, hook) in hooks.filter({ $0.moment == moment }).enumerated() {
            let name = HookJournal.Name(moment: moment, number: number)
            switch end(hook, name, result) {
            case .done: continue
            case .stopped: return nil
            case .failed(let why):
                say("the hook \(moment.rawValue) it, \(hook.command), failed: \(why)")
                failed(hook, why)
                guard hook.isNeeded else { continue }
                return WorkResult(
                    .failed(canRetry: true), message: "the hook \(moment.rawValue) it failed: \(why)",
                    document: result?.document)
            }
        }
        return nil
    }

    private func end(_ hook: Hook, _ name: HookJournal.Name, _ result: WorkResult?) -> End {
        let what = "the hook \(hook.moment.rawValue) it, \(hook.command),"
        guard order.resumes else { return begin(hook, name, result) }
        var past = journal.past(name, hook.command)
        if case .running(let group) = past {
            say("\(what) still runs since the daemon ended, and is waited for")
            if let end = wait(group, hook, name) { return end }
            past = journal.past(name, hook.command)
        }
        switch past {
        case .ended(let status):
            say("\(what) has run already for this work, and is not run again")
            return judge(status, hook)
        case .unknown, .running:
            say("\(what) had begun when all ended, and nobody knows how far it came: it is run, perhaps a second time")
        case .never: break
        }
        return begin(hook, name, result)
    }

    private func begin(_ hook: Hook, _ name: HookJournal.Name, _ result: WorkResult?) -> End {
        var command = ChildCommand(["/bin/sh", "-c", HookJournal.script, "sh", journal.path(name), hook.command])
        command.environment = HookVariables.of(hook, order, result)
        command.input = []
        command.timeout = hook.timeout
        command.grace = Self.grace
        do {
            try journal.plan(name, hook.command)
            let outcome = try command.run(stop: hook.moment == .before ? stop : StopRequest(), onLine: say)
            for line in journal.output(name).suffix(Self.linesMax) { say("\(hook.moment.rawValue): \(line)") }
            if outcome.isStopped {
                journal.forget(name)
                return .stopped
            }
            let status = outcome.isLate ? Self.lateStatus : outcome.status
            journal.end(name, status: status)
            return judge(status, hook)
        } catch {
            return .failed("\(error)")
        }
    }

    private func judge(_ status: Int32, _ hook: Hook) -> End {
        switch status {
        case 0: .done
        case Self.lateStatus: .failed("it took more than \(hook.timeout) seconds")
        default: .failed("it ended with status \(status)")
        }
    }

    /// Waits for a hook that another daemon has begun; nil once it has ended by itself.
    private func wait(_ group: Int32, _ hook: Hook, _ name: HookJournal.Name) -> End? {
        let start = ContinuousClock.now
        while case .running = journal.past(name, hook.command) {
            let isStopped = hook.moment == .before && stop.isMade
            guard isStopped || start.duration(to: .now) > .seconds(hook.timeout) else {
                usleep(Self.interval)
                continue
            }
            kill(-group, SIGTERM)
            let asked = ContinuousClock.now
            while case .running = journal.past(name, hook.command), asked.duration(to: .now) < .seconds(Self.grace) {
                usleep(Self.interval)
            }
            kill(-group, SIGKILL)
            if isStopped {
                journal.forget(name)
                return .stopped
            }
            journal.end(name, status: Self.lateStatus)
            return judge(Self.lateStatus, hook)
        }
        return nil
    }
}
