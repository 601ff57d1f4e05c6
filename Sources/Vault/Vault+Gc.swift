internal import Storage

extension Vault {
    /// Finds what no snapshot needs, condemns it, and deletes what was condemned before and is still not needed.
    ///
    /// Others may read and write meanwhile, on any number of machines: there is no lock. What one run condemns, a later
    /// one deletes when the grace has passed; with a grace of zero, this one does. Walks all pages of all snapshots
    /// once; memory is a bit for each entry of the index and 48 bytes for each pack.
    ///
    /// - Throws: `damaged` where a snapshot cannot be walked, and nothing is deleted then; `conflict` where another gc
    ///   took over.
    public func collectGarbage(_ options: GcOptions = GcOptions()) throws -> GcReport {
        var run = GcRun(self, options)
        let report = try run.run()
        guard options.grace <= 0, !options.isDryRun, report.condemned.count > 0 || report.due != nil else {
            return report
        }
        var again = options
        (again.compactsAbove, again.renewsEpochs, again.onProgress) = (nil, false, nil)
        var second = GcRun(self, again)
        var whole = try second.run()
        whole.take(first: report)
        return whole
    }
}

extension GcReport {
    /// Adds what the run before this one, which condemned what this one deleted, has found.
    fileprivate mutating func take(first: GcReport) {
        (packs, young, compacted) = (first.packs, first.young, first.compacted)
        condemned = first.condemned
        movedBytes += first.movedBytes
        deletedSnapshots += first.deletedSnapshots
        deleted = Packs(count: deleted.count + first.deleted.count, bytes: deleted.bytes + first.deleted.bytes)
    }
}
