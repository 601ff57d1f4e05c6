internal import Content
internal import Files
internal import Model
internal import Vault
internal import Workers

// What a snapshot would ask of the other site, rehearsed: it is asked as ``DistantTree`` asks, and does all that it would do
// for that, but counts data in the place of sending it; see ``Rehearsal``.
extension DistantEstimate {
    /// What would cross, as it was rehearsed.
    public struct Rehearsed: Sendable {
        /// What was counted and not sent.
        var withheld: Spread<UInt64>
        var isExact: Bool
        /// How long it took, and how much longer it would over the link, in seconds.
        var seconds: Double
        var late: Double
    }

    /// Asks the source at the other ends of `listing` and `files`.
    ///
    /// - Throws: where one of the ends cannot be read, the channels failed, or the run was stopped; both then fail.
    public func rehearse(listing: any MessageChannel, files: any MessageChannel) throws -> Rehearsed {
        try listing.failing(with: files) { try rehearse(CountingChannel(listing), files) }
    }

    private func rehearse(_ listing: CountingChannel, _ files: any MessageChannel) throws -> Rehearsed {
        let start = SystemClock.monotonic()
        var begin = DistantTree.begin(
            for: vault, scan: options.run.scan, compression: DistantTree.crossing(options.compression))
        begin.rehearsal = Rehearsal.Wish(
            measuresAll: options.isExact,
            bytesPerSecond: options.link.map { UInt64(min($0.bandwidth.bytesPerSecond, 1e15)) } ?? 0)
        try listing.send(begin.encoded())
        let tally = Tally()
        let base = try SnapshotMemory(vault: vault, dataset: dataset, pair: pair, state: context.state)
        let shared = DistantRehearsalWorker.Shared(
            receiver: try FileReceiver(files, limit: nil, progress: context.progress),
            totals: RehearsedTotals(), context: context)
        let planner = ArchivePlanner(
            feed: try ListingFeed(listing) { _ in }, failures: { [] },
            record: options.run.comparesContent ? nil : base.record, leaves: try base.leaves(),
            pages: try vault.pages(copies: true), tally: tally)
        let bases = try DistantBases(vault, base.snapshot, begin, KinFinder())
        // Used by the caller's own thread alone.
        let own = Monitor((planner, bases))
        try shared.receiver.foresee(listing, threads: context.threads) {
            try own.read { own in try ask(&own.0, &own.1, shared) }
            try shared.receiver.waitUntilIdle()
        } work: {
            try DistantRehearsalWorker(shared).run()
        }
        let (bytes, isExact, _, _, _) = shared.totals.withheld(begin.compression)
        return Rehearsed(
            withheld: bytes, isExact: isExact, seconds: SystemClock.monotonic() - start, late: shared.totals.late)
    }

    /// Asks for what a run would ask for, in the groups in which it would.
    private func ask(
        _ planner: inout ArchivePlanner, _ bases: inout DistantBases, _ shared: DistantRehearsalWorker.Shared
    ) throws {
        var (count, bytes) = (0, UInt64(0))
        try planner.forEach { item in
            try context.stop.check()
            guard case .look(let scanned, _, let previous) = item else {
                count += 1
                return
            }
            let size = scanned.attributes.size
            if count >= ArchiveSlot.itemsMax || bytes + size > ArchiveSlot.bytesMax {
                try shared.receiver.flush()
                (count, bytes) = (0, 0)
            }
            (count, bytes) = (count + 1, bytes + size)
            guard scanned.attributes.kind == .file else { return }
            let base = bases.base(of: scanned, previous)
            var fetch = FetchAction(scanned: scanned)
            // Told chunk by chunk, of which those are wanted that the last version lacks.
            fetch.looksElsewhere = base != nil || size > UInt64(ExchangeLimits.batch)
            fetch.takesSame = false
            if let base {
                let names = try base.chunks.names { try context.stop.check() }
                shared.held.change { $0[scanned.path] = names }
            }
            try shared.receiver.fetch(fetch)
            guard size > ArchiveSlot.bytesMax else { return }
            try shared.receiver.flush()
            (count, bytes) = (0, 0)
        }
        try shared.receiver.flush()
    }
}

extension ForeseenRun {
    /// What crosses is as was rehearsed; `sent` and `received` have crossed for that.
    public mutating func take(_ rehearsed: DistantEstimate.Rehearsed, sent: UInt64, received: UInt64) {
        findings.withheld = rehearsed.withheld
        findings.localSeconds = rehearsed.seconds
        findings.lateSeconds = rehearsed.late
        if !rehearsed.isExact { findings.method = .sampled }
        findings.assumptions.append("the exchange was rehearsed, and no data sent")
        account(sent: sent, received: received, toHere: true)
    }
}
