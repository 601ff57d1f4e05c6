/// The entries of one segment from first to last, read some at a time.
struct EntryRun {
    /// How many entries are read at once.
    private static let bufferCount = 2048

    private let segment: IndexSegment
    private var buffer: [IndexEntry] = []
    private var place = 0
    private var position = 0

    init(_ segment: IndexSegment) { self.segment = segment }

    /// The entry that comes next; nil at the end.
    mutating func head() throws -> IndexEntry? {
        if place == buffer.count { try fill() }
        return place < buffer.count ? buffer[place] : nil
    }

    /// Passes over the next entry, which there is; false where the one behind it is not above it.
    mutating func advance() throws -> Bool {
        let passed = buffer[place].id
        place += 1
        return try head().map { passed < $0.id } ?? true
    }

    private mutating func fill() throws {
        let wanted = min(Self.bufferCount, segment.entryCount - position)
        place = 0
        let start = position
        let segment = self.segment
        buffer = try [IndexEntry](unsafeUninitializedCapacity: wanted) { buffer, count in
            count = try segment.read(buffer, from: start)
        }
        position += buffer.count
    }
}
