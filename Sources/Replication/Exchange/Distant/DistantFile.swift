internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// A file of a tree at another site, of which the data comes.
///
/// A small one comes whole. Of a large one the chunks come by stretches, so many ahead of whoever reads: it is read from
/// front to back, by one thread at a time. What is asked of it before it has come waits.
final class DistantFile: ReadableFile {
    /// So many stretches come ahead of the reader.
    private static let stretchesAhead = 8

    /// A stretch whose chunks come, or are taken from the last version.
    private struct Stretch {
        let told: ToldStretch
        /// Its bytes, once wishes for it were sent.
        var bytes: [UInt8] = []
        /// Chunks that were wanted and have not come.
        var missing: Set<Int> = []
        /// Chunks that the last version has, and that are to be read there.
        var held: [(index: Int, chunk: ChunkReference)] = []
        var isWanted = false
    }

    private struct State {
        var head: FileHead?
        var failure: (any Error)?
        /// All of a small file.
        var whole: [UInt8]?
        var isEnded = false
        /// Stretches from the first that was not read past on.
        var stretches: [Int: Stretch] = [:]
        /// The first stretch that is needed still.
        var first = 0
        /// The first that no wishes were sent for.
        var nextWanted = 0
        /// What the last version has; nil until that was read.
        var names: [Digest: ChunkReference]?
        /// How many bytes were found there.
        var heldBytes: UInt64 = 0
    }

    let id: UInt64
    let path: TreePath
    private let scanned: ScannedEntry?
    private let base: StoredChunks?
    private let files: DistantFiles
    private let whenDone: @Sendable (_ share: Double) -> Void
    private let state: Monitor<State>

    /// The file that request `id` asks for; as a scan saw it, unless it is looked at anew.
    ///
    /// - Parameters:
    ///   - base: the last version of it, or what may have much of it.
    ///   - whenDone: told in the end which part of the data was found there.
    init(
        id: UInt64, path: TreePath, _ scanned: ScannedEntry?, base: StoredChunks?, of files: DistantFiles,
        whenDone: @escaping @Sendable (_ share: Double) -> Void
    ) {
        self.id = id
        self.path = path
        self.scanned = scanned
        self.base = base
        self.files = files
        self.whenDone = whenDone
        var state = State()
        if base == nil { state.names = [:] }
        self.state = Monitor(state)
    }

    deinit {
        let held = state.read { $0.heldBytes }
        whenDone(Double(held) / Double(max(1, scanned?.attributes.size ?? 0)))
    }

    /// What will come of it for certain, as far as that is known.
    var wholeBytes: UInt64 { base == nil ? scanned?.attributes.size ?? 0 : 0 }

    /// Whether its data comes chunk by chunk.
    var comesByChunks: Bool {
        // What is looked at anew may have become longer.
        guard let size = scanned?.attributes.size else { return true }
        return size > UInt64(ExchangeLimits.batch) || base != nil && size > ExchangeLimits.wholeFile
    }

    /// Whether it was asked for as what `other` is.
    func isOf(_ other: ScannedEntry) -> Bool {
        guard let scanned else { return state.read { $0.head.map { $0.identity == other.identity } ?? false } }
        return scanned.identity == other.identity && scanned.attributes.size == other.attributes.size
    }

    var attributes: Attributes { head()?.attributes ?? scanned?.attributes ?? Self.nothing }
    var dataSize: UInt64 { head()?.attributes.dataSize ?? 0 }

    private static var nothing: Attributes { Attributes(kind: .file, mode: 0, modified: Timestamp(seconds: 0)) }

    /// What is told of it before its data, after waiting for that; nil where it has failed.
    private func head() -> FileHead? {
        state.wait { state -> FileHead?? in
            if let head = state.head { return .some(head) }
            return state.failure == nil ? nil : .some(nil)
        }
    }

    /// What a fresh look at it tells, after waiting for that.
    func look() throws -> ScannedEntry {
        guard let head = head() else { throw state.read { $0.failure } ?? PerigeeError.changed(path) }
        return ScannedEntry(
            path: path, attributes: head.attributes, identity: head.identity, links: 1, mayBeSparse: false)
    }

    func recheck() throws {
        try state.wait { state -> Void? in
            if let failure = state.failure { throw failure }
            return state.isEnded ? () : nil
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at dataOffset: UInt64) throws -> Int {
        guard head() != nil else { throw state.read { $0.failure } ?? PerigeeError.changed(path) }
        let count = Int(min(UInt64(buffer.count), dataSize - min(dataSize, dataOffset)))
        let isWhole = state.read { state -> Bool in
            guard let whole = state.whole else { return false }
            Self.copy(whole, from: Int(clamping: dataOffset), into: buffer, count)
            return true
        }
        if isWhole { return count }
        try prepare()
        var done = 0
        while done < count {
            done += try readPart(
                into: UnsafeMutableRawBufferPointer(rebasing: buffer[done..<count]), at: dataOffset + UInt64(done),
                keepingFrom: dataOffset)
        }
        return count
    }

    private static func copy(
        _ bytes: [UInt8], from start: Int, into buffer: UnsafeMutableRawBufferPointer, _ count: Int
    ) {
        bytes.withUnsafeBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]))
        }
    }

    /// Reads what the last version has, before the first wishes.
    private func prepare() throws {
        guard let base, state.read({ $0.names == nil }) else { return }
        let names = try base.names { try files.check() }
        state.change { $0.names = names }
        try advance()
    }
}

// The stretches of a large file.
extension DistantFile {
    /// Reads what the stretch at `offset` has of `buffer`, after waiting for it; lets go of those before `start`.
    private func readPart(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64, keepingFrom start: UInt64
    ) throws -> Int {
        let number = try state.wait { state -> Int? in
            if let failure = state.failure { throw failure }
            while let first = state.stretches[state.first], first.told.end <= start {
                state.stretches[state.first] = nil
                state.first += 1
            }
            guard
                let here = state.stretches.first(where: { $0.value.told.offset <= offset && offset < $0.value.told.end }
                )
            else {
                // Nothing that is still to be told begins before what was told last.
                return nil
            }
            return here.key
        }
        try advance()
        let held = try state.wait { state -> [(index: Int, chunk: ChunkReference)]? in
            if let failure = state.failure { throw failure }
            guard let stretch = state.stretches[number], stretch.isWanted, stretch.missing.isEmpty else { return nil }
            return stretch.held
        }
        if let base {
            for (index, chunk) in held { try base.read(chunk).withUnsafeBytes { put($0, number, index) } }
            state.change { $0.stretches[number]?.held = [] }
        }
        return state.read { state in
            guard let stretch = state.stretches[number] else { return 0 }
            let inside = Int(offset - stretch.told.offset)
            let count = min(buffer.count, stretch.bytes.count - inside)
            Self.copy(stretch.bytes, from: inside, into: buffer, count)
            return count
        }
    }

    /// Sends wishes for stretches that are not too far ahead of the reader.
    private func advance() throws {
        while let wanted = state.change({ Self.nextWishes(&$0, id) }) { try files.want(wanted) }
    }

    private static func nextWishes(_ state: inout State, _ id: UInt64) -> WantedChunks? {
        let number = state.nextWanted
        guard let names = state.names, state.failure == nil, number < state.first + stretchesAhead,
            var stretch = state.stretches[number]
        else { return nil }
        let told = stretch.told
        var wanted = WantedChunks(
            id: id, stretch: number, bits: [UInt8](repeating: 0, count: (told.chunks.count + 7) / 8))
        for (index, chunk) in told.chunks.enumerated() {
            if let held = names[chunk.id], held.length == chunk.length {
                stretch.held.append((index, held))
                state.heldBytes += UInt64(chunk.length)
            } else {
                wanted.bits[index >> 3] |= 1 << UInt8(index & 7)
                stretch.missing.insert(index)
            }
        }
        stretch.bytes = [UInt8](repeating: 0, count: Int(told.end - told.offset))
        stretch.isWanted = true
        state.stretches[number] = stretch
        state.nextWanted += 1
        return wanted
    }

    private func put(_ bytes: UnsafeRawBufferPointer, _ number: Int, _ index: Int) {
        state.change { state in
            guard let told = state.stretches[number]?.told else { return }
            let start = Int(told.chunks[index].offset - told.offset)
            state.stretches[number]?.bytes.withUnsafeMutableBytes { target in
                UnsafeMutableRawBufferPointer(rebasing: target[start..<(start + bytes.count)]).copyMemory(from: bytes)
            }
        }
    }
}

// What comes, told by the one thread that receives.
extension DistantFile {
    /// Whether nothing more is wanted of it.
    var hasFailed: Bool { state.read { $0.failure != nil } }

    /// The head of a file whose data comes in parts.
    func begin(_ head: FileHead) {
        guard head.way == .chunks else { return fail(PerigeeError.changed(path)) }
        note(head)
    }

    /// All of a small file.
    func complete(_ head: FileHead, _ bytes: UnsafeRawBufferPointer) {
        state.change { state in
            state.whole = Array(bytes)
            state.isEnded = true
        }
        note(head)
    }

    private func note(_ head: FileHead) {
        state.change { state in
            state.head = head
            guard let scanned, state.failure == nil else { return }
            let isSame =
                head.identity == scanned.identity && head.attributes.size == scanned.attributes.size
                && head.attributes.modified == scanned.attributes.modified
            if !isSame { state.failure = PerigeeError.changed(path) }
        }
    }

    /// The chunks of a stretch.
    func take(_ number: Int, _ told: ToldStretch) throws {
        try state.change { state in
            guard state.failure == nil else { return }
            let most = max(LargeFile.stretch, 2 * files.begin.chunker.maximum)
            guard let head = state.head, told.end <= head.attributes.dataSize, told.end > told.offset,
                told.end - told.offset <= UInt64(most), number >= state.first, state.stretches[number] == nil,
                state.stretches.count <= ExchangeLimits.stretchesAhead + 2 * Self.stretchesAhead
            else { throw ExchangeFault.hostile("a stretch that cannot be") }
            let before = state.stretches[number - 1].map(\.told.end)
            guard before.map({ $0 == told.offset }) ?? true else {
                throw ExchangeFault.hostile("stretches that do not follow one another")
            }
            state.stretches[number] = Stretch(told: told)
        }
        try advance()
    }

    /// A chunk that was wanted.
    func take(_ number: Int, _ index: Int, _ bytes: UnsafeRawBufferPointer) throws {
        let chunk = try state.read { state -> ToldStretch.Chunk? in
            guard state.failure == nil else { return nil }
            guard let stretch = state.stretches[number], stretch.missing.contains(index) else {
                throw ExchangeFault.hostile("a chunk that nobody wanted")
            }
            return stretch.told.chunks[index]
        }
        guard let chunk else { return }
        guard chunk.length == bytes.count, Blake3.hash(bytes, key: files.begin.key) == chunk.id else {
            return fail(PerigeeError.changed(path))
        }
        put(bytes, number, index)
        state.change { _ = $0.stretches[number]?.missing.remove(index) }
    }

    /// All of the file was read, and it held still.
    func end(_ total: UInt64) {
        state.change { state in
            state.isEnded = true
            if state.head?.attributes.dataSize != total, state.failure == nil {
                state.failure = PerigeeError.changed(path)
            }
        }
    }

    /// It could not be read, or the exchange has ended.
    func fail(_ error: any Error) {
        state.change { state in
            if state.failure == nil { state.failure = error }
            (state.whole, state.stretches) = (nil, [:])
        }
    }
}
