internal import Model
internal import Workers

/// A file that is being sent, in parts.
struct ServedFile: Sendable {
    let id: UInt64
    let reader: any ReadableFile
    let way: FileWay
    /// Where the next part begins in the data.
    fileprivate(set) var next: UInt64 = 0
    /// Parts in a worker's hands.
    fileprivate(set) var outstanding = 0
    /// Whether a worker is finding the next cuts.
    fileprivate var isCutting = false
    /// Stretches whose wants are not yet told.
    fileprivate var unanswered: Set<Int> = []
    /// Where each stretch begins, and the lengths of its chunks.
    fileprivate(set) var stretches: [(offset: UInt64, lengths: [UInt32])] = []
    /// Whether it was given up.
    fileprivate var isFailed = false

    init(id: UInt64, reader: any ReadableFile, way: FileWay) {
        self.id = id
        self.reader = reader
        self.way = way
    }

    fileprivate var hasPart: Bool {
        guard !isFailed, next < reader.dataSize else { return false }
        return way == .pieces || !isCutting && unanswered.count < ExchangeLimits.stretchesAhead
    }

    fileprivate var isDone: Bool {
        outstanding == 0 && (isFailed || next == reader.dataSize && unanswered.isEmpty && !isCutting)
    }
}

/// Where the workers of a source find what to send next: what was begun comes before what is new.
final class ServerBoard: Sendable {
    /// What a worker does next.
    enum Work: Sendable {
        /// Send the chunks of a stretch that are wanted.
        case wanted(ServedFile, offset: UInt64, lengths: [UInt32], WantedChunks)
        /// Send the next piece.
        case piece(ServedFile, offset: UInt64, count: Int)
        /// Cut the next stretch and tell its chunks.
        case stretch(ServedFile, offset: UInt64, number: Int)
        /// Begin these files.
        case requests([FetchRequest])
    }

    private struct State {
        var requests: [[FetchRequest]] = []
        var requested: UInt64 = 0
        var wanted: [WantedChunks] = []
        var files: [UInt64: ServedFile] = [:]
        var order: [UInt64] = []
        var isClosed = false
        var failure: (any Error)?
    }

    private let state = Monitor(State())

    /// These files are asked for.
    ///
    /// - Throws: where it is more than may be asked for at once.
    func request(_ requests: [FetchRequest]) throws {
        try state.change { state in
            state.requested += UInt64(requests.count)
            guard state.requested <= 2 * ExchangeLimits.filesAhead else {
                throw ExchangeFault.hostile("more requests than it may at once")
            }
            state.requests.append(requests)
        }
    }

    /// These chunks are wanted.
    func want(_ wanted: WantedChunks) throws {
        try state.change { state in
            // A file that has failed meanwhile is forgotten.
            guard var file = state.files[wanted.id] else { return }
            guard file.unanswered.remove(wanted.stretch) != nil else {
                throw ExchangeFault.hostile("wishes for a stretch that it was not told")
            }
            if !wanted.isEmpty {
                file.outstanding += 1
                state.wanted.append(wanted)
            }
            state.files[wanted.id] = file
        }
    }

    /// The next thing to do, after waiting for one; nil at the end.
    ///
    /// Files that end with nothing left to do are given as a piece of no bytes, so that somebody ends them.
    func next() throws -> Work? {
        try state.wait { state -> Work?? in
            if let failure = state.failure { throw failure }
            if state.isClosed { return .some(nil) }
            if !state.wanted.isEmpty {
                let wanted = state.wanted.removeFirst()
                if let file = state.files[wanted.id], file.stretches.indices.contains(wanted.stretch) {
                    let stretch = file.stretches[wanted.stretch]
                    return .some(.wanted(file, offset: stretch.offset, lengths: stretch.lengths, wanted))
                }
            }
            if let work = Self.part(&state) { return .some(work) }
            guard !state.requests.isEmpty else { return nil }
            let requests = state.requests.removeFirst()
            state.requested -= UInt64(requests.count)
            return .some(.requests(requests))
        }
    }

    private static func part(_ state: inout State) -> Work? {
        for id in state.order {
            guard var file = state.files[id] else { continue }
            let isOver = file.way == .chunks && file.isDone
            guard file.hasPart || isOver else { continue }
            defer { state.files[id] = file }
            file.outstanding += 1
            let offset = file.next
            guard !isOver else { return .piece(file, offset: offset, count: 0) }
            if file.way == .pieces {
                let count = min(UInt64(ExchangeLimits.batch), file.reader.dataSize - offset)
                file.next += count
                return .piece(file, offset: offset, count: Int(count))
            }
            file.isCutting = true
            return .stretch(file, offset: offset, number: file.stretches.count)
        }
        return nil
    }

    /// `file` is to be sent in parts; its record was sent.
    func begin(_ file: ServedFile) {
        state.change { state in
            state.files[file.id] = file
            state.order.append(file.id)
        }
    }

    /// The next stretch of `file` was cut; others may cut on.
    func cut(_ file: ServedFile, _ lengths: [Int], consumed: Int) {
        state.change { state in
            guard var now = state.files[file.id] else { return }
            now.unanswered.insert(now.stretches.count)
            now.stretches.append((now.next, lengths.map { UInt32($0) }))
            now.next += UInt64(consumed)
            now.isCutting = false
            state.files[file.id] = now
        }
    }

    /// A part of `file` was sent.
    ///
    /// - Returns: whether it was the last one, so that the caller is to end the file.
    func end(_ file: ServedFile) -> Bool {
        state.change { state in
            guard var now = state.files[file.id] else { return false }
            now.outstanding -= 1
            guard now.isDone else {
                state.files[file.id] = now
                return false
            }
            state.files[file.id] = nil
            state.order.removeAll { $0 == file.id }
            return !now.isFailed
        }
    }

    /// A part of `file` could not be read.
    ///
    /// - Returns: whether this is the first failure of the file, so that the caller is to tell.
    func fail(_ file: ServedFile) -> Bool {
        state.change { state in
            guard var now = state.files[file.id] else { return false }
            let isFirst = !now.isFailed
            now.outstanding -= 1
            now.isFailed = true
            now.isCutting = false
            now.outstanding -= state.wanted.count { $0.id == file.id }
            state.wanted.removeAll { $0.id == file.id }
            state.files[file.id] = now
            if now.isDone {
                state.files[file.id] = nil
                state.order.removeAll { $0 == file.id }
            }
            return isFirst
        }
    }

    /// The destination does not want the file of request `id` any more.
    func cancel(_ id: UInt64) {
        state.change { state in
            guard var file = state.files[id] else { return }
            file.isFailed = true
            file.outstanding -= state.wanted.count { $0.id == id }
            state.wanted.removeAll { $0.id == id }
            state.files[id] = file.isDone ? nil : file
            if file.isDone { state.order.removeAll { $0 == id } }
        }
    }

    /// The destination wants no more.
    func close() { state.change { $0.isClosed = true } }

    /// Ends all workers with `error`.
    func fail(_ error: any Error) { state.change { if $0.failure == nil { $0.failure = error } } }
}
