internal import Model

/// Makes the next record of a tree, entry by entry in path order, from new entries and from those that the old one has.
///
/// As long as entries come just as the old record has them, nothing is written: at the end the old record is made to
/// speak of what is new. Where they begin to differ, what came so far is copied as it stands.
///
/// For one thread.
final class RecordKeeper {
    private let path: String
    /// How many entries from the first on came as the old record has them, while nothing else came.
    private var same = 0
    private var writer: RecordWriter?
    /// Reads the old record beside the planner, who is ahead.
    private let old: RecordReader?
    private var failure: (any Error)?

    /// A keeper of the record at `path`, some of whose entries are those of `old`.
    ///
    /// - Throws: where there is no old one, and nothing can be written at `path`.
    init(path: String, old: RecordReader?) throws {
        self.path = path
        self.old = old.map { RecordReader(again: $0) }
        if old == nil { writer = try RecordWriter(path: path) }
    }

    /// Appends `entry`, of which the old record says something else or nothing.
    func add(_ entry: RecordEntry) { begin()?.add(entry) }

    /// Appends those entries of the old record whose numbers are in `range`.
    func keep(_ range: Range<Int>) {
        if writer == nil, range.lowerBound == same {
            same = range.upperBound
        } else {
            copy(range)
        }
    }

    /// Puts the record in place, as speaking of `binding`.
    ///
    /// - Parameter oldCount: how many entries the old record has.
    func finish(binding: String, oldCount: Int) throws {
        if writer == nil, same == oldCount, let old { return try old.rebind(at: path, to: binding) }
        let writer = begin()
        if let failure { throw failure }
        try writer?.finish(binding: binding)
    }

    /// The writer, which is given what came so far; nil where it cannot be had.
    private func begin() -> RecordWriter? {
        guard writer == nil, failure == nil else { return writer }
        do {
            writer = try RecordWriter(path: path)
            copy(0..<same)
        } catch {
            // What goes wrong here is told at the end: a run does not end for what it could remember.
            failure = error
        }
        return writer
    }

    private func copy(_ range: Range<Int>) {
        guard let writer = begin(), let old else { return }
        old.skip(to: range.lowerBound)
        old.copy(upTo: range.upperBound) { writer.add(copied: $0) }
    }
}
