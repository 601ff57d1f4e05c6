/// The records of a ``SpillSorter`` in order, read one after the other.
public final class SortedRecords {
    private let batch: RecordBatch
    private var index = 0
    /// A heap: the reader that stands at the least record comes first.
    private var readers: [SpillRunReader] = []
    /// Whether the first reader still stands at the record that was given last.
    private var isBehind = false
    private let precedes: SpillSorter.Order

    init(_ batch: RecordBatch) {
        self.batch = batch
        precedes = { RecordBatch.precedes($0, $1) }
    }

    init(_ runs: [SpillRun], order: SpillSorter.Order?, memory: Int) throws {
        batch = RecordBatch()
        precedes = order ?? { RecordBatch.precedes($0, $1) }
        let bufferSize = max(4096, min(256 << 10, memory / max(1, runs.count)))
        for run in runs {
            let reader = SpillRunReader(run, bufferSize: bufferSize)
            if try reader.advance() { readers.append(reader) }
        }
        for place in stride(from: readers.count / 2 - 1, through: 0, by: -1) { sink(place) }
    }

    /// Gives the next record to `body`, for as long as the call lasts; nil at the end.
    public func next<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result? {
        if index < batch.count {
            index += 1
            return try batch.with(index - 1, body)
        }
        guard try settle() else { return nil }
        isBehind = true
        return try body(readers[0].record)
    }

    /// Appends the next record of the runs to `run`; false at the end.
    func appendNext(to run: SpillRunWriter) throws -> Bool {
        guard try settle() else { return false }
        isBehind = true
        try run.append(readers[0].record)
        return true
    }

    /// Moves the first reader on, if its record was given; false at the end.
    private func settle() throws -> Bool {
        if isBehind {
            isBehind = false
            if try !readers[0].advance() {
                readers.swapAt(0, readers.count - 1)
                readers.removeLast()
            }
            sink(0)
        }
        return !readers.isEmpty
    }

    private func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < readers.count {
                if precedes(readers[child].record, readers[least].record) { least = child }
            }
            if least == place { return }
            readers.swapAt(place, least)
            place = least
        }
    }
}
