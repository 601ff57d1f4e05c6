internal import Dispatching
internal import Hashing
internal import Model
internal import Placement

/// Decides, then has the work done where it was decided.
struct PlaceExecution {
    let context: Context
    let verb: Place
    let book: PriceBook
    /// What tells this from other things that are executed.
    let cause: String

    private struct Document: Encodable {
        let schema = "perigee.execution/1"
        let dryRun: Bool
        let decision: Explanation?
        let jobs: [JobDocument]
        let submissions: [String]?
    }

    /// - Parameter texts: the files of the scenario.
    init(_ context: Context, _ verb: Place, _ book: PriceBook, texts: [String]) {
        self.context = context
        self.verb = verb
        self.book = book
        let all = texts + [verb.at ?? "", book.id, book.date]
        let bytes = Array(all.map { "\($0.utf8.count) \($0)" }.joined(separator: "\n").utf8)
        cause = bytes.withUnsafeBytes { Blake3.hash($0) }.hex
    }

    func perform(_ scenario: Scenario) throws -> ExitStatus {
        let store = JobStores.current(context)
        if !verb.dryRun, !verb.again, let open = try unfinished(store) {
            if context.options.progressStyle != .none {
                Diagnostics.note(
                    open[0].id.batch, "these jobs were begun before and have not ended; they are gone on with")
            }
            return try finish(open, nil, store)
        }
        let engine = JobEngine(context: context)
        let able = try scenario.executable(here: engine.loaded()?.here)
        let decision = try Decision.make(able, book: book, deep: verb.explain)
        let places = ExecutionPlaces(context: context, engine: engine).places
        let planner = JobPlanner(try able.priced(by: book).scenario, decision, places: places, cause: cause)
        var random = SystemRandomNumberGenerator()
        let jobs = try planner.jobs(batch: JobID.newBatch(using: &random), at: JobTime(stop: context.stop).now())
        if verb.dryRun { return try show(jobs, decision) }
        try store.create(jobs)
        if !context.isJSON {
            try context.output.write(DecisionText.render(decision, explains: verb.explain, context.style))
        }
        return try finish(jobs, decision, store)
    }

    /// The batch of the same cause that has not ended.
    private func unfinished(_ store: any JobStore) throws -> [JobRecord]? {
        let same = try store.jobs(limit: JobStores.listMax).filter { $0.cause == cause }
        guard let open = same.first(where: { !$0.state.isFinal }) else { return nil }
        return same.filter { $0.id.batch == open.id.batch }
    }

    private func finish(_ jobs: [JobRecord], _ decision: Explanation?, _ store: any JobStore) throws -> ExitStatus {
        let after =
            try verb.queue
            ? jobs
            : JobFollowing(context: context, store: store).follow(
                jobs.map(\.id), until: verb.detach ? .submitted : .ended, limit: JobFollowing.seconds("30d"))
        let document = Document(
            dryRun: false, decision: decision, jobs: after.map { JobDocument($0) }, submissions: nil)
        try context.finish(document) { (decision == nil ? "" : "\n") + JobText.list(after, $0) }
        return JobFollowing.status(after)
    }

    private func show(_ jobs: [JobRecord], _ decision: Explanation) throws -> ExitStatus {
        let engine = JobEngine(context: context)
        let texts = try jobs.map { try engine.executor($0).rendered($0) }
        let document = Document(
            dryRun: true, decision: decision, jobs: jobs.map { JobDocument($0) }, submissions: texts)
        try context.finish(document) { style in
            DecisionText.render(decision, explains: verb.explain, style)
                + zip(jobs, texts).map { "\n" + JobText.plan($0, $1, style) }.joined()
        }
        return .done
    }
}
