internal import Content
internal import Model
internal import Workers

extension Vault {
    /// Looks at everything in the vault, as closely as `options` say, and names what is not as it was written.
    ///
    /// Others may read and write meanwhile. Packs are read by several threads with a few MiB each; trees are walked
    /// once for what snapshots share, with a bit of memory for each index entry.
    ///
    /// - Throws: where the store fails, or the run is stopped; damage is no error but part of the report.
    public func verify(_ options: VerifyOptions = VerifyOptions()) throws -> VerifyReport {
        var before = try gcState()
        for attempt in 0..<Self.verifyAttemptsMax {
            let report = try verifyOnce(options, isCollected: before.epoch > 0)
            let after = try gcState()
            if report.isSound { return report }
            // A gc deleted packs while this ran: what seems to be missing may be where this did not look. So it may, seldom,
            // where others merged the index; that happens all the time, and is worth one more look.
            if before == after, try attempt > 0 || !index.refresh() { return report }
            before = after
        }
        return try verifyOnce(options, isCollected: true)
    }

    /// How often a verification is begun anew because a gc deletes, or others write.
    private static let verifyAttemptsMax = 3

    /// The state of garbage collection; where it cannot be read, which the verification names, that of a new vault.
    private func gcState() throws -> GcState {
        do {
            return try gc.read().state
        } catch let error as PerigeeError where [.damaged, .format, .limit].contains(error.code) {
            return GcState()
        }
    }

    private func verifyOnce(_ options: VerifyOptions, isCollected: Bool) throws -> VerifyReport {
        let log = DamageLog(onProgress: options.onProgress)
        try KeyVerifier(vault: self, log: log).run()
        // Before the index: what these need is listed in it.
        let snapshots = try SnapshotVerifier(vault: self, log: log)
        try index.refresh()
        if isCollected {
            let survey = try PackSurvey(store, index.view)
            index.avoid(AvoidedPacks(missing: survey.missing))
        }
        let view = index.view
        try IndexVerifier(vault: self, log: log).run()
        expect(view, log)
        try verifyPacks(view, options, log, isCollected: isCollected)
        let pages = try pages()
        var trees = TreeVerifier(pages, view, log, stop: options.stop)
        try snapshots.run { snapshot in
            try options.stop?.check()
            try trees.verify(snapshot)
        }
        return log.report
    }

    private func verifyPacks(
        _ view: IndexView, _ options: VerifyOptions, _ log: DamageLog, isCollected: Bool
    ) throws {
        let queue = PackQueue(store, view, log, isCollected: isCollected)
        let salt = environment.randomBytes(8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        let failed = StopFlag()
        try Crew.run(options.threads, onError: { _ in failed.raise() }) { _ in
            let verifier = try PackVerifier(self, view, options, salt: salt, log, isCollected: isCollected)
            while !failed.isRaised, let (name, info) = try queue.next() {
                try options.stop?.check()
                try verifier.verify(name, info)
            }
        }
    }

    private func expect(_ view: IndexView, _ log: DamageLog) {
        var packs: UInt64 = 0
        var bytes: UInt64 = 0
        for segment in view.segments {
            packs += UInt64(segment.packCount)
            for number in 0..<UInt32(segment.packCount) { bytes += segment.pack(number)?.size ?? 0 }
        }
        let expected = (packs, bytes)
        log.count { _, progress in (progress.packsExpected, progress.bytesExpected) = expected }
    }
}
