internal import Model

/// How much a destination holds, or would lose: folders apart, since one that a rename has emptied is no loss.
struct TargetCount: Hashable, Sendable {
    /// Files, links, nodes.
    private(set) var files: UInt64 = 0
    /// Folders, the root left out.
    private(set) var folders: UInt64 = 0

    /// Counts `entry`.
    mutating func add(_ entry: ScannedEntry) {
        guard !entry.path.isRoot else { return }
        if entry.attributes.kind == .directory { folders += 1 } else { files += 1 }
    }

    /// Whether `limit` allows that `lost` of this goes: counted in files, and in folders where there are no files.
    func allows(removing lost: TargetCount, _ limit: SyncOptions.DeletionLimit) -> Bool {
        files > 0 ? limit.allows(lost.files, of: files) : limit.allows(lost.folders, of: folders)
    }

    /// So many files of it stay after all.
    mutating func keep(files kept: UInt64) { files -= min(files, kept) }

    /// Says that `lost` of this is more than `limit` allows.
    func excess(_ lost: TargetCount, _ limit: SyncOptions.DeletionLimit) -> String {
        let (count, total, noun) = files > 0 ? (lost.files, files, "files") : (lost.folders, folders, "folders")
        return "\(count) of \(total) \(noun) would be deleted, more than --max-delete \(limit.text) allows"
    }

    /// Refuses that, with a remedy.
    func refusal(_ lost: TargetCount, _ limit: SyncOptions.DeletionLimit) -> PerigeeError {
        PerigeeError(
            .refused, "\(excess(lost, limit)); nothing was deleted",
            remedy: "check the source, then allow it with --max-delete N or P%")
    }
}
