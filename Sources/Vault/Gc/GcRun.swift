internal import Content
internal import Hashing
internal import Model
internal import Storage

/// One run of garbage collection.
///
/// The order, and why nothing that is needed can be lost, stand in the page on the architecture, under "Garbage
/// collection". In short: what no snapshot needs is made known as a list (proposed); all refs are sealed anew, so that
/// whoever commits from then on has seen the list; the snapshots that came in meanwhile are looked through once more
/// (condemned); when the grace has passed, all are walked again, and what is still not needed is deleted.
struct GcRun {
    let vault: Vault
    let options: GcOptions
    private var report = GcReport()
    // What this run has read or written last.
    private var held = GcState()

    init(_ vault: Vault, _ options: GcOptions) {
        self.vault = vault
        self.options = options
    }

    /// Runs, and says what was done.
    ///
    /// - Throws: `damaged` where a snapshot cannot be walked: nothing is deleted then; `conflict` where another gc runs.
    mutating func run() throws -> GcReport {
        for _ in 0..<VaultIndex.listingAttemptsMax {
            do {
                return try collect()
            } catch let error as PerigeeError where error.code == .damaged || error.code == .notFound {
                // Where another gc has deleted meanwhile, what is missing was forgotten meanwhile.
                guard try vault.gc.read().state == held else { throw Self.overtaken }
                // Where others have merged segments meanwhile, what is missing may be listed by what these were merged into.
                guard try vault.index.refresh() else { throw error }
                report = GcReport()
            }
        }
        throw PerigeeError(
            .conflict, "the index changes faster than it can be read", at: VaultLayout.indexPrefix, canRetry: true)
    }

    private mutating func collect() throws -> GcReport {
        var (state, condition) = try vault.gc.read()
        if isDue(state), !options.isDryRun {
            state.phase = .deleting
            condition = try vault.gc.write(state, if: condition)
        }
        held = state
        // A proposal that nobody condemned is none: what was on it is looked at anew.
        if state.phase == .proposed { (state.packs, state.snapshots) = ([], []) }
        var sweep = try GcSweep(vault, options, state)
        try sweep.mark(&report)
        if state.phase == .deleting, !options.isDryRun {
            try sweep.delete(&report)
            state.phase = .idle
            (state.packs, state.snapshots) = ([], [])
            condition = try vault.gc.write(state, if: condition)
            held = state
        }
        let isWaiting = state.phase == .condemned || state.phase == .deleting
        if isWaiting, options.only == nil || options.isDryRun {
            wait(for: state, sweep)
        } else {
            try condemn(state, condition, &sweep)
        }
        report.epoch = try vault.gc.read().state.epoch
        return report
    }

    /// Whether what is condemned may be deleted now.
    private func isDue(_ state: GcState) -> Bool {
        guard state.phase == .condemned else { return false }
        return options.grace <= 0 || vault.environment.now().seconds(since: state.since) >= options.grace
    }

    private mutating func wait(for state: GcState, _ sweep: GcSweep) {
        for pack in sweep.survey.all where state.packs.contains(pack.name) { report.waiting.add(pack.size) }
        report.due = state.since.adding(options.grace)
    }

    /// Proposes what nobody needs, has everybody see it, looks once more, and condemns it.
    private mutating func condemn(_ old: GcState, _ condition: PutCondition, _ sweep: inout GcSweep) throws {
        var state = old
        let found = try sweep.candidates(&report)
        guard !found.packs.isEmpty || !found.snapshots.isEmpty, !options.isDryRun else { return }
        // What waits stays on the list; only damaged packs are added to one that does.
        state.packs.formUnion(found.packs)
        state.snapshots.formUnion(found.snapshots)
        // Odd while proposed; a proposal that somebody left behind is replaced by this one.
        state.epoch += state.epoch.isMultiple(of: 2) ? 1 : 2
        state.phase = .proposed
        state.since = vault.environment.now()
        try vault.gc.write(state, if: condition)
        held = state
        try vault.refs.forEachKey { try vault.refs.touch($0) }
        try confirm(state.epoch, &sweep)
    }

    /// Takes off the list what snapshots need that were committed since the mark, and condemns the rest.
    private mutating func confirm(_ epoch: UInt64, _ sweep: inout GcSweep) throws {
        let needed = try sweep.lookAgain()
        while true {
            var (state, condition) = try vault.gc.read()
            guard state.epoch == epoch, state.phase == .proposed else { throw Self.overtaken }
            state.packs.subtract(needed)
            state.snapshots.subtract(sweep.snapshots)
            state.epoch += 1
            state.phase = .condemned
            state.since = vault.environment.now()
            do {
                try vault.gc.write(state, if: condition)
            } catch let error as PerigeeError where error.code == .conflict {
                // A session has taken something off the list.
                continue
            }
            for pack in sweep.survey.all where state.packs.contains(pack.name) { report.condemned.add(pack.size) }
            report.due = state.since.adding(options.grace)
            return
        }
    }

    static let overtaken = PerigeeError(
        .conflict, "another gc has taken over", at: VaultLayout.gc.text,
        remedy: "let that one finish: one gc at a time gets further", canRetry: true)
}
