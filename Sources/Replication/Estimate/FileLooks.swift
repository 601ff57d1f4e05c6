internal import Model
internal import Vault
internal import Workers

/// Takes what workers read of files, run by run of chunks, and puts nothing together.
///
/// For estimates. A file that changes while it is read is counted as it was read, with a warning: an estimate does not wait for it to
/// hold still.
final class FileLooks: ArchiveConsumer {
    /// Some chunks of a file.
    struct Run {
        /// The file as the scan saw it.
        let scanned: ScannedEntry
        /// What it looked like when it was read; nil where that would prove nothing later.
        let state: FileState?
        /// Counts the file's runs from 0.
        let sequence: UInt32
        /// The chunks.
        let chunks: [ChunkReference]
        /// Whether the file ends with them and held still.
        let isLast: Bool
        /// The bytes of the file's data, given with its last run; else zero.
        let dataSize: UInt64
    }

    private let tally: Tally
    private let progress: Progress
    private let body: (Run) throws -> Void

    /// A consumer that gives each run to `body`.
    init(tally: Tally, progress: Progress, _ body: @escaping (Run) throws -> Void) {
        self.tally = tally
        self.progress = progress
        self.body = body
    }

    func run(_ slots: BoundedQueue<ArchiveSlot>) throws {
        while let slot = try slots.take() {
            let looks = try slot.wait()
            for (item, look) in zip(slot.items, looks) {
                guard case .look(let scanned, _, _) = item else { continue }
                if let large = slot.large {
                    try take(large, scanned)
                } else if let look {
                    try body(
                        Run(
                            scanned: scanned, state: look.state, sequence: 0, chunks: look.chunks, isLast: true,
                            dataSize: look.entry.attributes.dataSize))
                }
            }
            progress.add(files: slot.items.count)
        }
    }

    /// Gives the stretches of a large file; the last one only once it is known that the file held still.
    private func take(_ file: LargeFile, _ scanned: ScannedEntry) throws {
        let state = FileState(scanned)
        let kept = state.isTooFresh(readAt: file.openedAt) ? nil : state
        var sequence: UInt32 = 0
        var waiting: [ChunkReference] = []
        func give(isLast: Bool) throws {
            try body(
                Run(
                    scanned: scanned, state: kept, sequence: sequence, chunks: waiting, isLast: isLast,
                    dataSize: isLast ? file.reader.dataSize : 0))
            sequence += 1
        }
        do {
            while let chunks = try file.take() {
                if !waiting.isEmpty { try give(isLast: false) }
                waiting = chunks
            }
            try file.reader.recheck()
        } catch let error as PerigeeError where error.code == .changed {
            tally.warn("\(scanned.path): changed while it was read, and counted as it was then")
        } catch let error as PerigeeError where ![.interrupted, .noSpace].contains(error.code) {
            return tally.fail(scanned.path, error)
        }
        try give(isLast: true)
    }
}
