internal import Dispatching
internal import Logging
internal import Service
internal import Synchronization
internal import Workers

/// Carries on the jobs of a state that have not ended, each batch as `perigee jobs wait` does, in a process of its own.
///
/// These processes end with the daemon; the jobs go on where they run, and the next daemon looks after them again.
final class JobKeeper: Sendable {
    private struct State {
        var batches: [String: Companion] = [:]
        var isAsked = false
    }

    private let store: FolderJobStore
    private let options: [String]
    private let log: Logger
    private let stop = StopRequest()
    private let state = Monitor(State())
    private let thread = Mutex<Companion?>(nil)

    /// Batches that are carried on at once; others wait.
    static let batchesMax = 8
    /// Jobs that are looked at, the newest first.
    private static let jobsMax = 1000
    /// How often is looked for jobs that others have begun.
    private static let interval = Duration.seconds(30)

    /// Begins to look after the jobs of `store`; verbs get `options`.
    init(_ store: FolderJobStore, options: [String], log: Logger) {
        (self.store, self.options, self.log) = (store, options, log)
        thread.withLock { $0 = Companion { [self] in keep() } }
    }

    /// Looks at once for jobs that have not ended.
    func look() { state.change { $0.isAsked = true } }

    /// Ends the processes, not the jobs.
    func end() {
        stop.make()
        look()
        thread.withLock { $0 }?.join()
        for batch in state.change({ Array($0.batches.values) }) { batch.join() }
    }

    private func keep() {
        while !stop.isMade {
            begin()
            _ = state.wait(for: Self.interval) { state in
                defer { state.isAsked = false }
                return state.isAsked ? true : nil
            }
        }
    }

    private func begin() {
        let open: [String]
        do {
            open = try store.jobs(limit: Self.jobsMax).filter { !$0.state.isFinal }.map(\.id.batch)
        } catch {
            return log.error("jobs cannot be read: \(error)")
        }
        state.change { state in
            for batch in Set(open).subtracting(state.batches.keys).sorted() where state.batches.count < Self.batchesMax
            {
                state.batches[batch] = Companion { [self] in carry(batch) }
            }
        }
    }

    /// Carries a batch on until its jobs have ended, or the daemon does.
    private func carry(_ batch: String) {
        var command = ChildCommand([OwnProgram.path, "jobs", "wait", batch, "--quiet"] + options)
        command.input = []
        let log = log
        log.info("the jobs \(batch) are carried on")
        do {
            let outcome = try command.run(stop: stop) { log.info("\($0)", metadata: ["jobs": "\(batch)"]) }
            if !outcome.isStopped { log.info("the jobs \(batch) have come to status \(outcome.status)") }
        } catch {
            log.error("the jobs \(batch) cannot be carried on: \(error)")
        }
        guard !stop.isMade else { return }
        // What has not ended is taken up again when the keeper looks next.
        state.read { $0.batches.removeValue(forKey: batch) }?.leave()
    }
}
