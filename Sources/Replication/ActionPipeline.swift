internal import Model
internal import Workers

/// Something that a plan says is to be done.
protocol PlannedAction: Sendable {
    /// What it costs, about, in bytes: small files cost more than their bytes.
    var weight: UInt64 { get }
}

/// Runs a plan: one thread walks and says what is to be done, the others do it.
///
/// Bounded: so many actions wait at once. Actions that cost little are handed over together.
struct ActionPipeline<Action: PlannedAction> {
    /// How many actions are handed over at once at most.
    static var batchMax: Int { 64 }
    /// How many bytes these may come to.
    static var batchBytesMax: UInt64 { 4 << 20 }

    /// How many threads do what the plan says.
    let workers: Int
    /// Asked at each action.
    let stop: StopFlag

    /// Runs `plan` to its end, on the caller's thread.
    ///
    /// - Parameters:
    ///   - plan: calls what it is given with each action.
    ///   - makeWorker: makes what does the actions of one thread, on that thread.
    func run(
        plan: ((Action) throws -> Void) throws -> Void, makeWorker: @Sendable () throws -> (Action) throws -> Void
    ) throws {
        let queue = BoundedQueue<[Action]>(limit: 4 * workers)
        try withoutActuallyEscaping(plan) { plan in
            // Called by the first member of the crew alone, which is the caller's own thread.
            let planner = Monitor(plan)
            try Crew.run(workers + 1, onError: { queue.fail($0) }) { member in
                if member == 0 {
                    try planner.read { try fill(queue, $0) }
                    queue.close()
                } else {
                    let perform = try makeWorker()
                    while let batch = try queue.take() {
                        for action in batch {
                            try stop.check()
                            try perform(action)
                        }
                    }
                }
            }
        }
    }

    private func fill(
        _ queue: BoundedQueue<[Action]>, _ plan: ((Action) throws -> Void) throws -> Void
    ) throws {
        var batch: [Action] = []
        var bytes: UInt64 = 0
        try plan { action in
            try stop.check()
            batch.append(action)
            bytes += min(action.weight, Self.batchBytesMax)
            guard batch.count >= Self.batchMax || bytes >= Self.batchBytesMax else { return }
            try queue.put(batch)
            (batch, bytes) = ([], 0)
        }
        if !batch.isEmpty { try queue.put(batch) }
    }
}
