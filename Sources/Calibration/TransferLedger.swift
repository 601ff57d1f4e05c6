internal import Synchronization

/// Keeps what transfers came to beside what was expected of them.
///
/// The narrow waist between what moves data and what keeps records: a file of the state folder, or a catalog.
public protocol TransferLedger: Sendable {
    /// Keeps `transfer`.
    ///
    /// Kept when it returns, whatever becomes of the process; a loss of power may take the last ones. What is cut is passed
    /// over by readers, and nothing before it is lost. Safe from several threads and processes.
    func record(_ transfer: TransferRecord) throws

    /// The last transfers, the oldest first, at most so many.
    func last(_ count: Int) throws -> [TransferRecord]
}

/// A ledger in memory.
public final class MemoryLedger: TransferLedger {
    /// So many are kept.
    public static let recordsMax = 10_000

    private let records = Mutex<[TransferRecord]>([])

    /// An empty one.
    public init() {}

    /// Keeps `transfer`, and drops the oldest where there are too many.
    public func record(_ transfer: TransferRecord) {
        records.withLock { records in
            records.append(transfer)
            if records.count > Self.recordsMax { records.removeFirst(records.count - Self.recordsMax) }
        }
    }

    /// The last ones, the oldest first.
    public func last(_ count: Int) -> [TransferRecord] { records.withLock { $0.suffix(max(0, count)) } }
}
