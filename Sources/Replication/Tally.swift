internal import Model
internal import Synchronization

/// What a run has done so far, counted by all its threads.
final class Tally: Sendable {
    /// The figures.
    struct Counts: Sendable {
        var scanned: UInt64 = 0
        var unchanged: UInt64 = 0
        var new: UInt64 = 0
        var changed: UInt64 = 0
        var renamed: UInt64 = 0
        var deleted: UInt64 = 0
        var failed: UInt64 = 0
        var regularFiles: UInt64 = 0

        var logicalBytes: UInt64 = 0
        var readBytes: UInt64 = 0
        var missingBytes: UInt64 = 0
        var reusedBytes: UInt64 = 0
        var writtenBytes: UInt64 = 0
        var wireBytes: UInt64 = 0

        var chunks: UInt64 = 0
        var missingChunks: UInt64 = 0

        /// Adds all figures of `more`; bytes stay at the greatest number where they come to more.
        mutating func add(_ more: Counts) {
            scanned += more.scanned
            unchanged += more.unchanged
            new += more.new
            changed += more.changed
            renamed += more.renamed
            deleted += more.deleted
            failed += more.failed
            regularFiles += more.regularFiles
            logicalBytes.addCapped(more.logicalBytes)
            readBytes.addCapped(more.readBytes)
            missingBytes.addCapped(more.missingBytes)
            reusedBytes.addCapped(more.reusedBytes)
            writtenBytes.addCapped(more.writtenBytes)
            wireBytes.addCapped(more.wireBytes)
            chunks += more.chunks
            missingChunks += more.missingChunks
        }
    }

    /// How many failures are listed; further ones are only counted.
    static let failuresMax = 1000
    /// How many warnings are listed.
    static let warningsMax = 100

    private struct State {
        var counts = Counts()
        var failures: [RunReport.Failure] = []
        var warnings: [String] = []
        var droppedWarnings = 0
        var hasUnread = false
    }

    private let state = Mutex(State())

    /// Adds to one figure.
    func add(_ figure: any WritableKeyPath<Counts, UInt64> & Sendable, _ amount: UInt64 = 1) {
        guard amount > 0 else { return }
        state.withLock { $0.counts[keyPath: figure].addCapped(amount) }
    }

    /// Adds many figures at once.
    func add(_ more: Counts) { state.withLock { $0.counts.add(more) } }

    /// Notes that `path` could not be read or kept.
    func fail(_ path: TreePath, _ error: any Error) {
        let error = error as? PerigeeError ?? PerigeeError(.io, "\(error)")
        state.withLock { state in
            let name = path.description
            // A folder that cannot be opened fails once for its names and once for its attributes.
            guard !state.failures.contains(where: { $0.path == name }) else { return }
            state.counts.failed += 1
            if error.code != .notFound { state.hasUnread = true }
            guard state.failures.count < Self.failuresMax else { return }
            state.failures.append(
                RunReport.Failure(path: name, code: error.code, message: error.message))
        }
    }

    /// Whether anything failed but what had vanished.
    var hasUnread: Bool { state.withLock { $0.hasUnread } }

    /// Notes what deserves a look.
    func warn(_ text: String) {
        state.withLock { state in
            if state.warnings.count < Self.warningsMax {
                state.warnings.append(text)
            } else {
                state.droppedWarnings += 1
            }
        }
    }

    /// The figures now.
    var counts: Counts { state.withLock { $0.counts } }

    /// Writes figures, failures and warnings into `report`.
    func fill(_ report: inout RunReport) {
        state.withLock { state in
            let counts = state.counts
            report.files.scanned = counts.scanned
            report.files.unchanged = counts.unchanged
            report.files.new = counts.new
            report.files.changed = counts.changed
            report.files.renamed = counts.renamed
            report.files.deleted = counts.deleted
            report.files.failed = counts.failed
            report.bytes.logical = counts.logicalBytes
            report.bytes.read = counts.readBytes
            report.bytes.missing = counts.missingBytes
            report.bytes.reused = counts.reusedBytes
            report.chunks.total = counts.chunks
            report.chunks.missing = counts.missingChunks
            report.failures += state.failures
            report.warnings += state.warnings
            if state.droppedWarnings > 0 { report.warnings.append("\(state.droppedWarnings) more warnings") }
        }
    }
}
