internal import Model

/// Sorts records of bytes in bounded memory: what does not fit goes to temporary files, and is merged when it is read.
///
/// Records are added first, then read in order. Equal records are all given, in no promised order among themselves. The
/// temporary files have no names: nothing is left of them, however the process ends.
public final class SpillSorter {
    /// Whether the first of two records comes before the second.
    public typealias Order = @Sendable (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool

    /// The longest record.
    public static let longestRecord = 1 << 20
    /// How many sorted runs are merged at once; more are first merged to fewer.
    static let mostRuns = 64

    private let memory: Int
    private let folder: String?
    private let order: Order?
    private var batch: RecordBatch
    private var runs: [SpillRun] = []

    /// How many records were added.
    public private(set) var count = 0

    /// A sorter that holds about `memory` bytes.
    ///
    /// - Parameters:
    ///   - memory: At least 64 KiB are used.
    ///   - folder: Where temporary files go; nil for the system's place.
    ///   - order: nil for the order of the bytes, which is the quickest.
    public init(memory: Int, folder: String? = nil, order: Order? = nil) {
        self.memory = max(memory, 64 << 10)
        self.folder = folder
        self.order = order
        batch = RecordBatch()
    }

    /// Adds a record.
    ///
    /// - Throws: `limit` for one longer than ``longestRecord``; the file system's errors where it had to spill.
    public func add(_ record: UnsafeRawBufferPointer) throws {
        guard record.count <= Self.longestRecord else {
            throw PerigeeError(.limit, "a record of \(record.count) bytes is too long to sort")
        }
        if !batch.isEmpty, batch.cost + RecordBatch.cost(of: record.count) > memory { try spill() }
        batch.append(record)
        count += 1
    }

    /// The records in order.
    ///
    /// The sorter is empty afterwards and may be used again.
    public func sorted() throws -> SortedRecords {
        count = 0
        guard !runs.isEmpty else {
            batch.sort(by: order)
            let only = batch
            batch = RecordBatch()
            return SortedRecords(only)
        }
        if !batch.isEmpty { try spill() }
        // What one reader holds must fit the memory as often as there are readers.
        while runs.count > Self.mostRuns { try mergeSome() }
        let all = runs
        runs = []
        return try SortedRecords(all, order: order, memory: memory)
    }

    private func spill() throws {
        batch.sort(by: order)
        let run = SpillRunWriter(try TemporaryFile.unnamed(in: folder))
        for index in 0..<batch.count {
            try batch.with(index) { try run.append($0) }
        }
        runs.append(try run.finish())
        batch.removeAll()
    }

    private func mergeSome() throws {
        let some = Array(runs.prefix(Self.mostRuns))
        runs.removeFirst(some.count)
        let merged = try SortedRecords(some, order: order, memory: memory)
        let run = SpillRunWriter(try TemporaryFile.unnamed(in: folder))
        while try merged.appendNext(to: run) {}
        runs.append(try run.finish())
    }
}
