internal import Model
internal import Workers

/// Where the workers of an archiver find what to do next: oldest first, large files by several at once.
final class ArchiveBoard: Sendable {
    /// What a worker does next.
    enum Work: Sendable {
        /// Look at the paths of this slot, alone.
        case slot(ArchiveSlot)
        /// Read stretches of this file, with others.
        case large(LargeFile)
    }

    /// How many workers read one file at once: more would only wait for their turn to cut.
    static let helpersMax = 8
    /// How many slots wait at most.
    static let waitingMax = 16

    private struct State {
        var waiting: [ArchiveSlot] = []
        var active: [(file: LargeFile, helpers: Int)] = []
        var isClosed = false
        var failure: (any Error)?
    }

    private let state = Monitor(State())

    /// Appends a slot, after waiting for room.
    func put(_ slot: ArchiveSlot) throws {
        try state.wait { state -> Void? in
            if let failure = state.failure { throw failure }
            guard state.waiting.count < Self.waitingMax else { return nil }
            state.waiting.append(slot)
            return ()
        }
    }

    /// Puts a file before all that waits: somebody waits for it.
    ///
    /// - Throws: the error that ended the workers, if one has: nobody would read the file.
    func hurry(_ file: LargeFile) throws {
        try state.change { state in
            if let failure = state.failure { throw failure }
            state.active.insert((file, 0), at: 0)
        }
    }

    /// The next thing to do, after waiting for one; nil once nothing more will come.
    func next() throws -> Work? {
        try state.wait { state -> Work?? in
            if let failure = state.failure { throw failure }
            state.active.removeAll { $0.file.isGivenOut && $0.helpers == 0 }
            if let index = state.active.firstIndex(where: { !$0.file.isGivenOut && $0.helpers < Self.helpersMax }) {
                state.active[index].helpers += 1
                return .some(.large(state.active[index].file))
            }
            if !state.waiting.isEmpty {
                let slot = state.waiting.removeFirst()
                guard let large = slot.large else { return .some(.slot(slot)) }
                state.active.append((large, 1))
                return .some(.large(large))
            }
            return state.isClosed && state.active.isEmpty ? .some(nil) : nil
        }
    }

    /// A worker is done with `file` for now.
    func leave(_ file: LargeFile) {
        state.change { state in
            guard let index = state.active.firstIndex(where: { $0.file === file }) else { return }
            state.active[index].helpers -= 1
        }
    }

    /// - Throws: the error that ended the workers, if one has.
    func check() throws {
        if let failure = state.read({ $0.failure }) { throw failure }
    }

    /// No more will be put.
    func close() { state.change { $0.isClosed = true } }

    /// Ends all workers with `error`, and whoever waits for what they have not done.
    func fail(_ error: any Error) {
        let (slots, files) = state.change { state in
            if state.failure == nil { state.failure = error }
            return (state.waiting, state.active.map(\.file))
        }
        for slot in slots { slot.fail(error) }
        for file in files { file.fail(error) }
    }
}
