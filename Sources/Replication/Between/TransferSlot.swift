internal import Model
internal import Vault
internal import Workers

/// What is to be done for one entry that goes from vault to vault.
enum TransferItem: Sendable {
    /// Nothing: it has no bytes, or its chunk list at the destination is known.
    case known(Entry)
    /// Its chunks are to be opened, cut and named anew.
    case convert(Entry)

    /// The entry.
    var entry: Entry {
        switch self {
        case .known(let entry), .convert(let entry): entry
        }
    }
}

/// Some neighbouring entries, whose results go on in order.
final class TransferSlot: Sendable {
    /// How many entries a slot has at most.
    static let itemsMax = 256
    /// How many bytes of files a slot has at most, unless it has one file only.
    static let bytesMax: UInt64 = 4 << 20
    /// A file of more bytes is converted by whoever assembles, so that its chunk list need not be held.
    static let hugeMin: UInt64 = 4 << 30

    private struct State {
        var lists: [[ChunkReference]]
        var isDone: Bool
        var failure: (any Error)?
    }

    let items: [TransferItem]
    /// Whether it is one file whose chunk list is not to be held.
    let isHuge: Bool
    private let state: Monitor<State>

    init(_ items: [TransferItem], isHuge: Bool = false) {
        self.items = items
        self.isHuge = isHuge
        let needsWork = items.contains { if case .convert = $0 { true } else { false } }
        state = Monitor(State(lists: items.map { _ in [] }, isDone: isHuge || !needsWork, failure: nil))
    }

    /// Whether a worker has to do something.
    var needsWork: Bool { state.read { !$0.isDone } }

    /// Hands over the chunk lists, one for each item; empty where there is none.
    func finish(_ lists: [[ChunkReference]]) {
        state.change { state in
            state.lists = lists
            state.isDone = true
        }
    }

    /// Ends whoever waits.
    func fail(_ error: any Error) { state.change { $0.failure = error } }

    /// The chunk lists, after waiting for them.
    func wait() throws -> [[ChunkReference]] {
        try state.wait { state in
            if let failure = state.failure { throw failure }
            return state.isDone ? state.lists : nil
        }
    }
}
