internal import Files
internal import Synchronization

/// A sorter to which several threads add.
final class SharedSorter: Sendable {
    private let memory: Int
    private let sorter: Mutex<SpillSorter>

    /// A sorter that holds about `memory` bytes; the rest goes to temporary files.
    init(memory: Int) {
        self.memory = memory
        sorter = Mutex(SpillSorter(memory: memory))
    }

    /// Adds a record.
    func add(_ record: [UInt8]) throws { try add(record, recordLength: record.count) }

    /// Adds all of `records`, each of so many bytes.
    func add(_ records: [UInt8], recordLength: Int) throws {
        try sorter.withLock { sorter in
            try records.withUnsafeBytes { all in
                for start in stride(from: 0, to: all.count, by: recordLength) {
                    try sorter.add(UnsafeRawBufferPointer(rebasing: all[start..<(start + recordLength)]))
                }
            }
        }
    }

    /// The records in order, for the caller alone.
    ///
    /// The sorter is empty afterwards and may be used again.
    func sorted() throws -> SortedRecords {
        let full = sorter.withLock { held in
            let full = held
            held = SpillSorter(memory: memory)
            return full
        }
        return try full.sorted()
    }
}
